package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;

/**
 * A change of a matrix as LoRA has it: B A.
 *
 * @param a {@code [rank, inputs]}
 * @param b {@code [outputs, rank]}, the scale multiplied into it
 * @since 0.1
 */
public record PlainLora(NDArray a, NDArray b) {}
