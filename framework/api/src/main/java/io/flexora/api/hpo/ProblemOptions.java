package io.flexora.api.hpo;

/**
 * How a bilevel problem draws its batches.
 *
 * @param batchSize examples in a training batch
 * @param accumulationSteps training batches whose gradients are averaged in one inner step
 * @param validationBatchSize examples in a validation batch
 * @param validationBatches validation batches that are averaged in one outer step
 * @since 0.1
 */
public record ProblemOptions(
    int batchSize, int accumulationSteps, int validationBatchSize, int validationBatches) {}
