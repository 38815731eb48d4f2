package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.torch.NativeArrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Scores the layers: trains the adapters of all layers for some steps, or not at all, and then
 * averages a score over batches at that theta.
 *
 * @param score what is measured
 * @param batches the batches that are averaged over
 * @param batchSize the examples in each of them
 * @param warmUp the training before
 */
record Measurement(Score score, int batches, int batchSize, WarmUp warmUp) {

  /**
   * The training before.
   *
   * @param steps the optimiser steps
   * @param batchSize the examples in each
   * @param inner the optimiser
   */
  record WarmUp(int steps, int batchSize, InnerOptions inner) {}

  /** The mean score of each layer. */
  List<Double> run(SelectionContext context) {
    BilevelProblem training = problem(context, warmUp.batchSize());
    BilevelProblem measured = problem(context, batchSize);
    int total = warmUp.steps() + batches;
    NDManager held = context.manager().newSubManager();
    Progress at = begin(context, held, training);
    while (at.step() < total) {
      NDManager next = context.manager().newSubManager();
      Progress after =
          at.step() < warmUp.steps() ? trained(next, training, at) : scored(next, measured, at);
      after.keptBy(next);
      held.close();
      held = next;
      at = after;
      context.checkpoints().offer(after.step(), after::state);
      context.monitor().step(after.step(), total, figures(after));
    }
    List<Double> means = at.sums().stream().map(sum -> sum / batches).toList();
    held.close();
    requireFinite(means);
    return means;
  }

  private static BilevelProblem problem(SelectionContext context, int size) {
    return context.problem(new ProblemOptions(size, 1, size, 1));
  }

  private Progress begin(SelectionContext context, NDManager scope, BilevelProblem problem) {
    return context
        .checkpoints()
        .latest(scope)
        .map(Progress::of)
        .orElseGet(() -> Progress.start(training().start(scope, problem), problem.gates()));
  }

  private InnerTraining training() {
    return new InnerTraining(warmUp.inner(), 1, false);
  }

  private Progress trained(NDManager scope, BilevelProblem problem, Progress at) {
    try (NDManager own = scope.newSubManager()) {
      InnerPosition begin = new InnerPosition(at.step(), at.step(), at.iterate(), 0);
      InnerPosition end =
          training().loop(own, problem, noGates(own, problem, at)).run(own, begin, 1, 0).end();
      end.at().arrays().values().forEach(array -> array.attach(scope));
      return new Progress(at.step() + 1, end.at(), at.sums());
    }
  }

  private Progress scored(NDManager scope, BilevelProblem problem, Progress at) {
    try (NDManager own = scope.newSubManager()) {
      NDArray theta = at.iterate().theta();
      NDArray gradient = problem.training(own, at.step(), theta, noGates(own, problem, at)).theta();
      double[] values = values(own, theta);
      double[] slopes = values(own, gradient);
      ParameterIndex index = problem.parameters();
      List<Double> sums =
          IntStream.range(0, at.sums().size())
              .mapToObj(l -> at.sums().get(l) + score.of(values, slopes, index.ofLayer(l)))
              .toList();
      return new Progress(at.step() + 1, at.iterate(), sums);
    }
  }

  /** At alpha = 0 each gate is 1. */
  private static NDArray noGates(NDManager scope, BilevelProblem problem, Progress at) {
    return scope.zeros(new Shape(problem.gates()), at.iterate().theta().getDataType());
  }

  private static double[] values(NDManager scope, NDArray array) {
    return NativeArrays.convert(scope, array, DataType.FLOAT64).toDoubleArray();
  }

  private Map<String, Object> figures(Progress at) {
    Map<String, Object> figures = new TreeMap<>();
    long measured = at.step() - warmUp.steps();
    if (measured > 0) {
      figures.put("score", at.sums().stream().map(sum -> sum / measured).toList());
    }
    return figures;
  }

  private void requireFinite(List<Double> means) {
    if (!means.stream().allMatch(Double::isFinite)) {
      throw new FlexoraException(
          ("the scores of the layers are no numbers after %d warm-up steps: %s; lower the"
                  + " learning_rate of inner (%s), or set its max_grad_norm: 1")
              .formatted(warmUp.steps(), means, warmUp.inner().learningRate()));
    }
  }
}
