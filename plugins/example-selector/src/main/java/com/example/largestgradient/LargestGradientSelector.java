package com.example.largestgradient;

import io.flexora.api.run.Compatibility;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.Selector;
import io.flexora.numerics.layer.Ranking;
import io.flexora.numerics.loop.ResumableLoop;
import io.flexora.numerics.loop.ResumableLoop.Advance;
import jakarta.inject.Inject;
import java.util.Map;

/**
 * Measures the gradient of the training loss in the adapters of each layer before any training, and
 * keeps the layers where its norm is largest. It takes one gradient for each batch.
 */
@Doc(
    "Keep the layers whose adapters have the largest gradient. It costs a gradient for each batch.")
public final class LargestGradientSelector implements Selector {

  private static final String NAME = "largest-gradient";

  private final LargestGradientOptions options;

  @Inject
  LargestGradientSelector(LargestGradientOptions options) {
    this.options = options;
  }

  /** Notes too many layers before anything is computed: for all strategies of a comparison. */
  @Override
  public void checkCompatibility(SelectionBounds bounds, Compatibility found) {
    options.count().check(NAME, bounds, found);
  }

  /** What it takes, for estimates of time and memory before anything runs. */
  @Override
  public Workload cost(SelectionBounds bounds) {
    Passes gradients = Passes.of(options.batches(), options.batchSize());
    return Workload.NONE.trainingGradients(gradients).storedThetas(1);
  }

  @Override
  public Selection select(SelectionContext context) {
    int count = options.count().in(NAME, context);
    LayerNorms norms = measure(context);
    Ranking.requireFinite(NAME, norms.means());
    return new Selection(
        Ranking.highest(norms.means(), count), Map.of("gradient_norm", norms.means()));
  }

  private LayerNorms measure(SelectionContext context) {
    BilevelProblem problem = context.problem(options.problem());
    // The loop reads, offers and numbers the checkpoints, and tells the monitor of each step.
    ResumableLoop<LayerNorms> loop =
        new ResumableLoop<>(
            context.checkpoints(), context.monitor(), LayerNorms::batches, LayerNorms::state);
    return loop.run(
        context.manager(),
        loop.newestOr(LayerNorms::of, scope -> LayerNorms.none(context.shape().layers())),
        norms -> norms.batches() >= options.batches() || endsEarly(context, norms),
        (scope, norms) -> step(scope, problem, norms));
  }

  /** Where a comparison holds time equal, what was found so far counts. */
  private static boolean endsEarly(SelectionContext context, LayerNorms norms) {
    return norms.batches() > 0 && context.timeIsUp();
  }

  /** Measures one batch; its native arrays are freed before the next. */
  private Advance<LayerNorms> step(NDManager scope, BilevelProblem problem, LayerNorms norms) {
    LayerNorms next;
    try (NDManager own = scope.newSubManager()) {
      NDArray theta = problem.initialTheta(own);
      NDArray alpha = own.zeros(new Shape(problem.gates()), theta.getDataType());
      NDArray gradient = problem.training(own, norms.batches(), theta, alpha).theta();
      next = norms.plus(gradient, problem.parameters());
    }
    return new Advance<>(
        next, Progress.of(next.batches(), options.batches()).with("gradient_norm", next.means()));
  }
}
