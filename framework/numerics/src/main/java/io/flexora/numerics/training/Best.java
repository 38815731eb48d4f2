package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;

/**
 * The parameters with the lowest validation loss so far.
 *
 * @param theta the parameters
 * @param loss their validation loss
 * @param step the step at which they were reached
 * @since 0.1
 */
public record Best(NDArray theta, double loss, long step) {}
