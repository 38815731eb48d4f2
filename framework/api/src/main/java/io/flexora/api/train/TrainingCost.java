package io.flexora.api.train;

import io.flexora.api.model.Passes;
import java.util.OptionalLong;

/**
 * What a training takes of the model with adapters on the chosen layers, and of memory. A trainer
 * that may end early states what it takes if it does not.
 *
 * @param gradients training examples whose loss is differentiated
 * @param losses validation examples whose loss is taken without a gradient
 * @param evaluations how often all validation examples are looked at
 * @param storedThetas the most arrays of theta's length that are alive while the model is called
 * @param storedBases the most copies of the frozen matrices of all layers that are alive beside the
 *     model's own
 * @param batchesOfStep how many batches a step has that do not depend on each other, and which
 *     several devices can share; 1 where it has one, or computes them in turn
 * @param steps the steps of the optimiser; empty where the trainer cannot know them
 * @since 0.1
 */
public record TrainingCost(
    Passes gradients,
    Passes losses,
    long evaluations,
    long storedThetas,
    int storedBases,
    int batchesOfStep,
    OptionalLong steps) {

  /**
   * What a training takes of as many steps as turn out, each with one batch, and that leaves the
   * frozen matrices as they are.
   */
  public TrainingCost(Passes gradients, Passes losses, long evaluations, long storedThetas) {
    this(gradients, losses, evaluations, storedThetas, 0, 1, OptionalLong.empty());
  }

  /** A backward pass takes about twice what the forward pass takes. */
  private static final double FORWARD = 1.0 / 3;

  /** The time of all of it, in gradients of one example: a loss counts as a third. */
  public double equivalentGradients() {
    return gradients.examples() + FORWARD * losses.examples();
  }

  /** The same with so many batches in a step. */
  public TrainingCost withBatchesOfStep(int batches) {
    return new TrainingCost(
        gradients, losses, evaluations, storedThetas, storedBases, batches, steps);
  }

  /** The same with so many steps of the optimiser. */
  public TrainingCost withSteps(long total) {
    return new TrainingCost(
        gradients,
        losses,
        evaluations,
        storedThetas,
        storedBases,
        batchesOfStep,
        OptionalLong.of(total));
  }
}
