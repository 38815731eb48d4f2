package io.flexora.api.optimiser;

import ai.djl.ndarray.NDArray;

/**
 * The arguments of an optimiser step.
 *
 * @param at the iterate before the step
 * @param gradient the gradient of the loss at {@code at.theta()} {@code [parameters]}
 * @param rate the learning rate
 * @param count the number of the step since the initial state, from 1
 * @since 0.1
 */
public record OptimiserStep(Iterate at, NDArray gradient, LearningRate rate, long count) {}
