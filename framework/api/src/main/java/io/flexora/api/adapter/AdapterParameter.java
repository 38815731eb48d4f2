package io.flexora.api.adapter;

import ai.djl.ndarray.types.Shape;

/**
 * One trainable array that an adapter method adds to a module.
 *
 * @param name its short name, such as {@code A}
 * @param tensorName the suffix of its tensor in an adapter file, such as {@code lora_A.weight}
 * @param shape its shape
 * @since 0.1
 */
public record AdapterParameter(String name, String tensorName, Shape shape) {}
