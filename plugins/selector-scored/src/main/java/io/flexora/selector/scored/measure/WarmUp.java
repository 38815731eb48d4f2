package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.optimiser.Iterate;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import java.util.Map;
import java.util.Optional;

/**
 * The training of all layers' adapters before something is measured.
 *
 * @param steps the optimiser steps
 * @param batchSize the examples in each
 * @param inner the optimiser; empty where there are no steps
 */
public record WarmUp(int steps, int batchSize, Optional<InnerOptions> inner) {

  private static final String THETA = "theta";

  /** No training: what is measured is the model as it was. */
  public static WarmUp none() {
    return new WarmUp(0, 1, Optional.empty());
  }

  public static WarmUp of(int steps, int batchSize, InnerOptions inner) {
    return new WarmUp(steps, batchSize, Optional.of(inner));
  }

  /** Theta before the first step, and what the optimiser keeps. */
  public Map<String, NDArray> start(NDManager scope, BilevelProblem problem) {
    return inner
        .map(options -> training(options).start(scope, problem).arrays())
        .orElseGet(() -> Map.of(THETA, problem.initialTheta(scope)));
  }

  /**
   * Does a step.
   *
   * @param scope the owner of the results
   * @param step its number, from 0
   * @param arrays theta and what the optimiser keeps
   */
  public Map<String, NDArray> step(
      NDManager scope, BilevelProblem problem, long step, Map<String, NDArray> arrays) {
    Iterate at = Iterate.of(arrays);
    return training(inner.orElseThrow())
        .loop(scope, problem, noGates(scope, problem, at.theta()))
        .run(scope, new InnerPosition(step, step, at, 0), 1, 0)
        .end()
        .at()
        .arrays();
  }

  /** What the training takes; theta and what its optimiser keeps stay until the end. */
  public Workload cost() {
    return Workload.NONE
        .trainingGradients(Passes.of(steps, batchSize))
        .storedThetas(inner.map(options -> training(options).beginArrays()).orElse(1L));
  }

  /** What to do where the scores are no numbers. */
  public String advice() {
    return inner
        .map(
            options ->
                " after %d warm-up steps; lower the learning_rate of inner (%s), or set its max_grad_norm: 1"
                    .formatted(steps, options.update().learningRate()))
        .orElse("");
  }

  /** What to do where all scores are 0, as those of LoRA are at B = 0. */
  public String adviceOnZeros() {
    return steps == 0
        ? "before any training, as LoRA's B is and with it the gradient in A; write warmup_steps:"
            + " 20, or use an adapter that starts at another B"
        : "after %d warm-up steps; raise warmup_steps, or the learning_rate of inner"
            .formatted(steps);
  }

  public static NDArray theta(Map<String, NDArray> arrays) {
    return arrays.get(THETA);
  }

  /** At alpha = 0 each gate is 1. */
  public static NDArray noGates(NDManager scope, BilevelProblem problem, NDArray theta) {
    return scope.zeros(new Shape(problem.gates()), theta.getDataType());
  }

  private static InnerTraining training(InnerOptions options) {
    return new InnerTraining(options, 1, false);
  }
}
