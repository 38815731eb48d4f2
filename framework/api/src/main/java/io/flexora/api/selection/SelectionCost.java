package io.flexora.api.selection;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.hpo.SolverCost;
import io.flexora.api.model.Passes;

/**
 * What a whole selection takes of the model with adapters on all layers, and of memory. A strategy
 * that may end early states what it takes if it does not.
 *
 * @param trainingGradients examples whose training loss is differentiated
 * @param hessianProducts examples of whose training loss a product with the Hessian is taken: where
 *     there are any, the graph of second derivatives is alive during each
 * @param validationGradients examples whose validation loss is differentiated
 * @param forward examples that go through the model without a gradient, for their loss or for what
 *     the layers do to them
 * @param storedThetas the most arrays of theta's length that are alive while the problem is called
 * @param batchesOfStep how many batches a step of the search has that do not depend on each other,
 *     and which several devices share; 0 where that is not stated
 * @param recordedProducts those of the products that take no gradient of their own, as they are of
 *     a {@link io.flexora.api.model.GradientRecord}
 * @param keptGraphs how many batches of a product keep the graph of their gradient while the
 *     validation loss is differentiated
 * @since 0.1
 */
public record SelectionCost(
    Passes trainingGradients,
    Passes hessianProducts,
    Passes validationGradients,
    Passes forward,
    long storedThetas,
    int batchesOfStep,
    Passes recordedProducts,
    int keptGraphs) {

  /** No example goes through the model. */
  public static final SelectionCost NONE =
      new SelectionCost(Passes.NONE, Passes.NONE, Passes.NONE, Passes.NONE, 0);

  /** What states nothing of the batches of a step. */
  public SelectionCost(
      Passes trainingGradients,
      Passes hessianProducts,
      Passes validationGradients,
      Passes forward,
      long storedThetas) {
    this(
        trainingGradients,
        hessianProducts,
        validationGradients,
        forward,
        storedThetas,
        0,
        Passes.NONE,
        0);
  }

  /** A backward pass takes about twice what the forward pass takes. */
  private static final double FORWARD = 1.0 / 3;

  /** A product differentiates a gradient, so it takes about one more of each pass. */
  private static final double PRODUCT = 2;

  /**
   * Outer steps of a solver on a bilevel problem.
   *
   * @param steps how many
   * @param step what each takes
   * @param problem how the problem draws its batches
   */
  public static SelectionCost of(long steps, SolverCost step, ProblemOptions problem) {
    Passes training =
        Passes.of(steps, problem.batchSize()).times(problem.gradientAccumulationSteps());
    Passes validation =
        Passes.of(steps, problem.validationBatchSize()).times(problem.validationBatches());
    // What is recorded is a step whose examples are one batch.
    boolean recorded = problem.gradientAccumulationSteps() == 1;
    return new SelectionCost(
        training.times(step.trainingGradients()),
        training.times(step.hessianProducts()),
        validation.times(step.validationGradients()),
        validation.times(step.validationLosses()),
        step.storedThetas(),
        problem.gradientAccumulationSteps(),
        training.times(recorded ? step.recordedProducts() : 0),
        recorded ? step.keptGraphs() : 0);
  }

  /** This, and something else before or after it. */
  public SelectionCost plus(SelectionCost other) {
    return new SelectionCost(
        trainingGradients.plus(other.trainingGradients),
        hessianProducts.plus(other.hessianProducts),
        validationGradients.plus(other.validationGradients),
        forward.plus(other.forward),
        Math.max(storedThetas, other.storedThetas),
        Math.max(batchesOfStep, other.batchesOfStep),
        recordedProducts.plus(other.recordedProducts),
        Math.max(keptGraphs, other.keptGraphs));
  }

  /** The same with other arrays alive. */
  public SelectionCost withStoredThetas(long arrays) {
    return new SelectionCost(
        trainingGradients,
        hessianProducts,
        validationGradients,
        forward,
        arrays,
        batchesOfStep,
        recordedProducts,
        keptGraphs);
  }

  /**
   * The time of all of it, in gradients of one example: a product with the Hessian counts as two,
   * or as one where it takes no gradient of its own, a forward pass as a third.
   */
  public double equivalentGradients() {
    return trainingGradients.examples()
        + PRODUCT * hessianProducts.examples()
        - recordedProducts.examples()
        + validationGradients.examples()
        + FORWARD * forward.examples();
  }
}
