package io.flexora.api.hpo;

import io.flexora.api.plugin.Option;

/**
 * How a bilevel problem draws its batches; selectors inline it among their own options.
 *
 * @param batchSize examples in a training batch
 * @param gradientAccumulationSteps training batches whose gradients are averaged in one inner step
 * @param validationBatchSize examples in a validation batch
 * @param validationBatches validation batches that are averaged in one outer step
 * @since 0.1
 */
public record ProblemOptions(
    @Option(doc = "training batch size", byDefault = "8", min = 1) int batchSize,
    @Option(
            doc = "training batches whose gradients are averaged in one optimiser step",
            byDefault = "1",
            min = 1)
        int gradientAccumulationSteps,
    @Option(doc = "validation batch size", byDefault = "8", min = 1) int validationBatchSize,
    @Option(
            doc =
                "validation batches averaged for a validation loss; more of them reduce the"
                    + " noise of the choice",
            byDefault = "1",
            min = 1)
        int validationBatches) {}
