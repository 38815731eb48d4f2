package io.flexora.api.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A frozen model with adapters on some of its layers, as a function of one flat vector.
 *
 * <p>Every call is a pure function of its arguments: the same arguments give the same numbers, bit
 * for bit on a CPU with the same number of threads. What a call returns belongs to its scope, and
 * nothing else stays alive after it. What else a model can do is a {@link ModelAbility}.
 *
 * @since 0.1
 */
@ConsumerType
public interface AdaptedModel extends HasAbilities, AutoCloseable {

  /** What is adapted. */
  AdapterPlan plan();

  /** The index of theta. */
  ParameterIndex parameters();

  /**
   * The initial theta: what the plan's start says of the adapters, and draws otherwise. What is
   * drawn for an array depends on the seed and the array's own name alone.
   *
   * @param scope the owner of the result
   */
  NDArray initialTheta(NDManager scope, Seeds seeds);

  /**
   * Puts examples on the device.
   *
   * @param scope the owner of the batch's arrays
   * @param examples at least one
   */
  Batch batch(NDManager scope, List<Tokens> examples);

  /**
   * Computes the mean loss of a batch and its gradient in theta and, if the point has gates, in
   * alpha.
   *
   * @param scope the owner of the results
   */
  LossGradient lossGradient(NDManager scope, Batch batch, Point point);

  /**
   * Computes the mean loss of a batch and its gradient in the adapters of some layers and in the
   * head, as a training step needs them in which the other layers rest. What the gradient holds for
   * those means nothing, so a model may spare itself the work; by default it does not.
   *
   * @param scope the owner of the results
   * @param point a point without gates
   * @param layers layers of the plan, ascending
   */
  default LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    return lossGradient(scope, batch, point);
  }

  /**
   * Computes the mean loss of a batch alone.
   *
   * @param scope the owner of temporary arrays
   */
  double loss(NDManager scope, Batch batch, Point point);

  /**
   * Multiplies the Hessian of the batch's mean loss in (theta, alpha) with a direction: with H =
   * d²L/dtheta², M = d²L/dalpha dtheta and N = d²L/dalpha², the parts are {@code H u + Mᵀ a} and
   * {@code M u + N a}. With {@code a = 0} these are the two second-order products of unrolled
   * differentiation.
   *
   * @param scope the owner of the results
   * @param point a point with gates
   * @param u the direction
   */
  Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u);

  /**
   * Computes the mean loss of a batch and its gradient, to be differentiated further. A model may
   * keep the graph of the gradient in memory, so that a product with the Hessian does not have to
   * compute the gradient again; by default it keeps nothing.
   *
   * @param scope the owner of the gradient and of what is kept
   * @param batch a batch that lives as long as the scope
   * @param point a point with gates, whose arrays live as long as the scope
   */
  default GradientRecord record(NDManager scope, Batch batch, Point point) {
    return GradientRecord.of(
        lossGradient(scope, batch, point), (owner, u) -> hessianProduct(owner, batch, point, u));
  }

  /**
   * Scores examples.
   *
   * @param scope the owner of temporary arrays
   * @return for each example what its head's {@code head_scores} gives, such as log-probabilities
   *     of the classes; without a head the log-likelihood of each of its choices, the sum over its
   *     tokens
   */
  double[][] scores(NDManager scope, Batch batch, Point point);

  /**
   * Computes batches that do not depend on each other: one after the other, or, where there are
   * several devices, on all of them at the same time. The results are handed over in the order of
   * the batches, so a sum of them does not depend on the devices.
   *
   * @param scope the owner of temporary arrays
   * @param batches the number of batches
   * @param work computes a batch
   * @param results takes what was computed, on the calling thread; its arrays are on the device of
   *     the scope, and are freed afterwards
   * @throws io.flexora.api.run.FlexoraException if a device fails; the message names it where there
   *     are several
   */
  default <T> void eachBatch(
      NDManager scope, int batches, BatchWork<T> work, BatchResults<T> results) {
    for (int i = 0; i < batches; i++) {
      try (NDManager own = scope.newSubManager()) {
        results.take(i, work.of(this, own, i));
      }
    }
  }

  /** Frees what belongs to this adapted model alone. */
  @Override
  void close();

  /**
   * A computation on each of some batches; see {@link AdaptedModel#eachBatch}. It may be called
   * from several threads at the same time, for different batches.
   *
   * @param <T> the result of a batch; arrays are in a {@link LossGradient} or a {@link Direction}
   */
  @FunctionalInterface
  interface BatchWork<T> {

    /**
     * Computes a batch.
     *
     * @param model the model to compute with, which is on the device of the scope
     * @param scope the owner of the batch and of the result
     * @param index the number of the batch, from 0
     */
    T of(AdaptedModel model, NDManager scope, int index);
  }

  /**
   * Takes what was computed of some batches, in their order; see {@link AdaptedModel#eachBatch}.
   *
   * @param <T> the result of a batch
   */
  @FunctionalInterface
  interface BatchResults<T> {

    /**
     * Takes the result of a batch.
     *
     * @param index the number of the batch, from 0
     */
    void take(int index, T result);
  }
}
