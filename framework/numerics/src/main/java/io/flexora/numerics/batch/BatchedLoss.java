package io.flexora.numerics.batch;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LayerActivity;
import io.flexora.api.model.LayerActivityMeter;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.numerics.vector.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The loss of several batches as if they were one: each counts by its number of terms. One batch is
 * on the device at a time.
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
  public record Counted(LossGradient value, long paddedTokens) {}

  /**
   * Computes the loss and its gradient.
   *
   * @param scope the owner of the result
   * @param batches the indices of the examples of each batch
   * @param points the point for each batch by its position; they differ in the dropout seed only
   */
  public Counted lossGradient(NDManager scope, List<int[]> batches, IntFunction<Point> points) {
    return lossGradient(
        scope, batches, (own, batch, i) -> model.lossGradient(own, batch, points.apply(i)));
  }

  /**
   * Computes the loss and its gradient in some layers and the head; see {@link
   * AdaptedModel#lossGradient(NDManager, Batch, Point, List)}.
   *
   * @param scope the owner of the result
   * @param layers the layers
   */
  public Counted lossGradient(
      NDManager scope, List<int[]> batches, IntFunction<Point> points, List<Integer> layers) {
    return lossGradient(
        scope, batches, (own, batch, i) -> model.lossGradient(own, batch, points.apply(i), layers));
  }

  /** The gradient of one batch. */
  private interface OfBatch {
    LossGradient of(NDManager scope, Batch batch, int position);
  }

  private Counted lossGradient(NDManager scope, List<int[]> batches, OfBatch gradient) {
    try (Workspace work = new Workspace(scope)) {
      TermMean theta = new TermMean(work);
      TermMean alpha = new TermMean(work);
      double loss = 0;
      long tokens = 0;
      for (int i = 0; i < batches.size(); i++) {
        try (NDManager one = scope.newSubManager()) {
          Batch batch = batch(one, batches.get(i));
          LossGradient part = gradient.of(one, batch, i);
          loss += part.loss() * part.terms();
          tokens += batch.paddedTokens();
          theta.add(part.theta(), part.terms());
          part.alpha().ifPresent(a -> alpha.add(a, part.terms()));
        }
      }
      long terms = theta.terms();
      LossGradient value =
          new LossGradient(loss / terms, terms, theta.kept().orElseThrow(), alpha.kept());
      return new Counted(value, tokens);
    }
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
      for (int i = 0; i < batches.size(); i++) {
        try (NDManager one = scope.newSubManager()) {
          Batch batch = batch(one, batches.get(i));
          Direction part = model.hessianProduct(one, batch, points.apply(i), u);
          theta.add(part.theta(), batch.terms());
          alpha.add(part.alpha(), batch.terms());
        }
      }
      return new Direction(theta.kept().orElseThrow(), alpha.kept().orElseThrow());
    }
  }

  /**
   * Computes the loss alone.
   *
   * @param scope the owner of temporary arrays
   */
  public double loss(NDManager scope, List<int[]> batches, Point point) {
    double sum = 0;
    long terms = 0;
    for (int[] indices : batches) {
      try (NDManager one = scope.newSubManager()) {
        Batch batch = batch(one, indices);
        sum += model.loss(one, batch, point) * batch.terms();
        terms += batch.terms();
      }
    }
    return sum / terms;
  }

  /**
   * Measures what the layers do to the tokens of all batches.
   *
   * @param meter the model's own
   * @param scope the owner of temporary arrays
   * @param batches the indices of the examples of each batch; at least one
   */
  public LayerActivity activity(
      LayerActivityMeter meter, NDManager scope, List<int[]> batches, Point point) {
    ActivitySum sum = new ActivitySum();
    for (int[] indices : batches) {
      try (NDManager one = scope.newSubManager()) {
        sum.add(meter.activity(one, batch(one, indices), point));
      }
    }
    return sum.value();
  }

  private Batch batch(NDManager scope, int[] indices) {
    return model.batch(scope, Arrays.stream(indices).mapToObj(examples::get).toList());
  }
}
