package io.flexora.api.optimiser;

import ai.djl.ndarray.NDArray;

/**
 * A direction in what an optimiser step is given, along which the step is differentiated.
 *
 * @param before the direction of the iterate before the step
 * @param gradient the direction of the gradient
 * @since 0.1
 */
public record Tangents(Iterate before, NDArray gradient) {}
