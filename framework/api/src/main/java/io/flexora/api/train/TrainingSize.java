package io.flexora.api.train;

import java.util.OptionalLong;

/**
 * The size of a training.
 *
 * @param training the training examples; at least one
 * @param validation the validation examples
 * @param steps the optimiser steps of the whole training, where they are given from outside; see
 *     {@link TrainingContext#steps}
 * @since 0.1
 */
public record TrainingSize(int training, int validation, OptionalLong steps) {}
