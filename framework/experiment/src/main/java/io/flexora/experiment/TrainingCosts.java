package io.flexora.experiment;

import io.flexora.api.train.TrainingCost;

/**
 * What a training takes, as its trainer states it.
 *
 * @param given with the steps that are given to the trainer, if they are
 * @param own with the steps that the trainer's own options say
 * @since 0.1
 */
public record TrainingCosts(TrainingCost given, TrainingCost own) {}
