package io.flexora.api.hpo;

import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Option;

/**
 * The batches of a bilevel problem; selectors inline these among their own options.
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
                "validation batches averaged for a validation loss; more batches reduce the"
                    + " noise of the selection",
            byDefault = "1",
            min = 1)
        int validationBatches) {

  /**
   * The work of outer steps of a solver on such a problem, in examples.
   *
   * @param steps the number of steps
   * @param step the work of each, in calls of the problem
   */
  public Workload workload(long steps, Workload step) {
    Passes training = Passes.of(steps, batchSize).times(gradientAccumulationSteps);
    Passes validation = Passes.of(steps, validationBatchSize).times(validationBatches);
    // A recorded gradient is that of a step whose examples are one batch.
    boolean recorded = gradientAccumulationSteps == 1;
    return Workload.NONE
        .trainingGradients(training.times(step.trainingGradients().examples()))
        .hessianProducts(training.times(step.hessianProducts().examples()))
        .recorded(
            training.times(recorded ? step.recordedProducts().examples() : 0),
            recorded ? step.keptGraphs() : 0)
        .validationGradients(validation.times(step.validationGradients().examples()))
        .forward(validation.times(step.forward().examples()))
        .storedThetas(step.storedThetas())
        .batchesOfStep(gradientAccumulationSteps);
  }
}
