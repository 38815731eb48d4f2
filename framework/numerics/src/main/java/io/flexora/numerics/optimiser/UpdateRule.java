package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.vector.InnerProducts;
import java.util.Optional;

/**
 * A whole training step after the gradient: clipping, schedule and optimiser; and its exact
 * derivative, backwards and forwards.
 *
 * @param optimiser the optimiser
 * @param learningRate the learning rate before the schedule
 * @param schedule the course of the learning rate
 * @param clipping the clipping of the gradient
 * @param multipliers a factor of the learning rate for each parameter; empty for ones
 * @since 0.1
 */
public record UpdateRule(
    Optimiser optimiser,
    double learningRate,
    Schedule schedule,
    Clipping clipping,
    Optional<NDArray> multipliers) {

  /** The iterate before the first step. */
  public Iterate start(NDManager scope, NDArray theta) {
    return new Iterate(theta, optimiser.initialState(scope, theta));
  }

  /** The learning rate of a step, from 0, before the multipliers. */
  public double learningRate(long step) {
    return learningRate * schedule.factor(step);
  }

  /**
   * Does one step.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the loss at {@code at.theta()}
   * @param step the number of the step, from 0
   */
  public Iterate step(NDManager scope, Iterate at, NDArray gradient, long step) {
    try (NDManager work = scope.newSubManager()) {
      NDArray clipped = clipping.clip(work, gradient, norm(gradient));
      return optimiser.step(scope, at, clipped, rate(step), step + 1);
    }
  }

  /**
   * Pulls a cotangent back through one step.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the step, before clipping
   * @param step the number of the step, from 0
   * @param after the cotangent of the iterate after the step
   */
  public Cotangents reverse(
      NDManager scope, Iterate at, NDArray gradient, long step, Iterate after) {
    try (NDManager work = scope.newSubManager()) {
      double norm = norm(gradient);
      NDArray clipped = clipping.clip(work, gradient, norm);
      Cotangents inner = optimiser.reverse(scope, at, clipped, rate(step), step + 1, after);
      inner.gradient().attach(work);
      return new Cotangents(
          inner.before(), clipping.reverse(scope, gradient, norm, inner.gradient()));
    }
  }

  /**
   * Pushes a direction forward through one step.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the step, before clipping
   * @param step the number of the step, from 0
   * @param along the direction, whose gradient is that before clipping
   * @return the direction of the iterate after the step
   */
  public Iterate forward(NDManager scope, Iterate at, NDArray gradient, long step, Tangents along) {
    try (NDManager work = scope.newSubManager()) {
      double norm = norm(gradient);
      NDArray clipped = clipping.clip(work, gradient, norm);
      NDArray change = clipping.reverse(work, gradient, norm, along.gradient());
      Tangents inner = new Tangents(along.before(), change);
      return optimiser.forward(scope, at, clipped, rate(step), step + 1, inner);
    }
  }

  private double norm(NDArray gradient) {
    return Double.isInfinite(clipping.maxNorm()) ? 0 : InnerProducts.norm(gradient);
  }

  private LearningRate rate(long step) {
    return new LearningRate(learningRate(step), multipliers);
  }
}
