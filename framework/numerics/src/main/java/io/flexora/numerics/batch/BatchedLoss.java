package io.flexora.numerics.batch;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
import io.flexora.numerics.vector.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * The loss of several batches as if they were one: each counts by its number of terms. One batch is
 * on a device at a time, and several devices share the batches; see {@link AdaptedModel#eachBatch}.
 *
 * @since 0.1
 */
public final class BatchedLoss {

  private final AdaptedModel model;
  private final List<Tokens> examples;

  /** Makes the loss of a model over some of these examples. */
  public BatchedLoss(AdaptedModel model, List<Tokens> examples) {
    this.model = model;
    this.examples = List.copyOf(examples);
  }

  /**
   * A loss with its gradient, and the work it took.
   *
   * @param value the loss and gradient over all batches
   * @param paddedTokens the tokens that went through the model, padding included
   */
  public record CountedLoss(LossGradient value, long paddedTokens) {}

  /**
   * Computes the loss and its gradient.
   *
   * @param scope the owner of the result
   * @param batches the indices of the examples of each batch
   * @param points the point for each batch by its position; they differ in the dropout seed only
   */
  public CountedLoss lossGradient(NDManager scope, List<int[]> batches, IntFunction<Point> points) {
    return lossGradient(
        scope, batches, (on, own, batch, i) -> on.lossGradient(own, batch, points.apply(i)));
  }

  /**
   * Computes the loss and its gradient in some layers and the head; see {@link
   * AdaptedModel#lossGradient(NDManager, Batch, Point, List)}.
   *
   * @param scope the owner of the result
   * @param layers the layers
   */
  public CountedLoss lossGradient(
      NDManager scope, List<int[]> batches, IntFunction<Point> points, List<Integer> layers) {
    return lossGradient(
        scope,
        batches,
        (on, own, batch, i) -> on.lossGradient(own, batch, points.apply(i), layers));
  }

  /** The gradient of one batch. */
  private interface OfBatch {
    LossGradient of(AdaptedModel on, NDManager scope, Batch batch, int position);
  }

  private CountedLoss lossGradient(NDManager scope, List<int[]> batches, OfBatch gradient) {
    try (Workspace work = new Workspace(scope)) {
      TermMean theta = new TermMean(work);
      TermMean alpha = new TermMean(work);
      AtomicLong tokens = new AtomicLong();
      LossMean loss = new LossMean();
      model.<LossGradient>eachBatch(
          work.temporary(),
          batches.size(),
          (on, own, i) -> {
            Batch batch = batch(on, own, batches.get(i));
            tokens.addAndGet(batch.paddedTokens());
            return gradient.of(on, own, batch, i);
          },
          (i, part) -> {
            loss.add(part.loss(), part.terms());
            theta.add(part.theta(), part.terms());
            part.alpha().ifPresent(a -> alpha.add(a, part.terms()));
          });
      LossGradient value =
          new LossGradient(loss.value(), loss.terms(), theta.kept().orElseThrow(), alpha.kept());
      return new CountedLoss(value, tokens.get());
    }
  }

  /**
   * Computes the loss of one batch and its gradient, to be differentiated further; see {@link
   * AdaptedModel#record}.
   *
   * @param scope the owner of the gradient, of the batch and of what is kept
   * @param indices the indices of the examples
   * @param point a point with gates, whose arrays live as long as the scope
   */
  public GradientRecord record(NDManager scope, int[] indices, Point point) {
    return model.record(scope, batch(model, scope, indices), point);
  }

  /**
   * Multiplies the Hessian of the loss with a direction; see {@link AdaptedModel#hessianProduct}.
   *
   * @param scope the owner of the result
   */
  public Direction hessianProduct(
      NDManager scope, List<int[]> batches, IntFunction<Point> points, Direction u) {
    try (Workspace work = new Workspace(scope)) {
      TermMean theta = new TermMean(work);
      TermMean alpha = new TermMean(work);
      model.<Weighted<Direction>>eachBatch(
          work.temporary(),
          batches.size(),
          (on, own, i) -> {
            Batch batch = batch(on, own, batches.get(i));
            return new Weighted<>(on.hessianProduct(own, batch, points.apply(i), u), batch.terms());
          },
          (i, part) -> {
            theta.add(part.value().theta(), part.terms());
            alpha.add(part.value().alpha(), part.terms());
          });
      return new Direction(theta.kept().orElseThrow(), alpha.kept().orElseThrow());
    }
  }

  /** A mean over so many terms. */
  private record Weighted<T>(T value, long terms) {}

  /**
   * Computes the loss alone.
   *
   * @param scope the owner of temporary arrays
   */
  public double loss(NDManager scope, List<int[]> batches, Point point) {
    LossMean mean = new LossMean();
    model.<Weighted<Double>>eachBatch(
        scope,
        batches.size(),
        (on, own, i) -> {
          Batch batch = batch(on, own, batches.get(i));
          return new Weighted<>(on.loss(own, batch, point), batch.terms());
        },
        (i, part) -> mean.add(part.value(), part.terms()));
    return mean.value();
  }

  /**
   * Measures what the layers do to tokens of all batches.
   *
   * @param meter the model's own
   * @param scope the owner of temporary arrays
   * @param batches the indices of the examples of each batch; at least one
   * @param tokens which tokens count
   */
  public LayerActivity activity(
      LayerActivity.Meter meter,
      NDManager scope,
      List<int[]> batches,
      Point point,
      CountedTokens tokens) {
    ActivitySum sum = new ActivitySum();
    for (int[] indices : batches) {
      try (NDManager one = scope.newSubManager()) {
        sum.add(meter.activity(one, batch(model, one, indices), point, tokens));
      }
    }
    return sum.value();
  }

  private Batch batch(AdaptedModel on, NDManager scope, int[] indices) {
    return on.batch(scope, Arrays.stream(indices).mapToObj(examples::get).toList());
  }
}
