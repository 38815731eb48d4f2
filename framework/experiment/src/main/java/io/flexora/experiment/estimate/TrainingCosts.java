package io.flexora.experiment.estimate;

import io.flexora.api.cost.Workload;

/**
 * The cost of a training, as its trainer states it.
 *
 * @param given with the steps that are given to the trainer, if they are
 * @param own with the steps that the trainer's own options say
 * @since 0.1
 */
public record TrainingCosts(Workload given, Workload own) {}
