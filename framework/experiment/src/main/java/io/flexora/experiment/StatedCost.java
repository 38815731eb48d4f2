package io.flexora.experiment;

import io.flexora.api.selection.SelectionCost;
import io.flexora.api.train.TrainingCost;

/**
 * What a run takes, as its selectors and its trainer state it.
 *
 * @param search what all selections take together
 * @param training what a training takes
 * @param memory about how much memory the process takes at its peak
 * @since 0.1
 */
public record StatedCost(SelectionCost search, TrainingCost training, MemoryEstimate memory) {}
