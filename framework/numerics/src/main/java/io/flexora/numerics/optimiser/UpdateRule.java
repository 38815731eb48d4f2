package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.optimiser.Optimiser.LearningRate;
import io.flexora.numerics.vector.InnerProducts;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
    return step(scope, at, gradient, step, step + 1);
  }

  /**
   * Does one step of an optimiser that has begun anew since the first one.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the loss at {@code at.theta()}
   * @param step the number of the step for the learning rate, from 0
   * @param count the number of the step since the optimiser began, from 1
   */
  public Iterate step(NDManager scope, Iterate at, NDArray gradient, long step, long count) {
    try (NDManager work = scope.newSubManager()) {
      return taking(scope, at, clipping.clip(work, gradient, norm(gradient)), step, count);
    }
  }

  /**
   * The same by a gradient that is clipped already.
   *
   * @param scope the owner of the result
   * @param clipped the gradient after the clipping
   */
  public Iterate taking(NDManager scope, Iterate at, NDArray clipped, long step, long count) {
    LearningRate rate = new LearningRate(learningRate(step), multipliers);
    return optimiser.step(scope, new Optimiser.Step(at, clipped, rate, count));
  }

  /**
   * Does one step of some parts of theta. The rest of theta and of the optimiser's state stays bit
   * for bit as it is, and the norm that the clipping looks at is that of these parts together. A
   * part whose count is 1 starts from the initial state, whatever there was before.
   *
   * @param scope the owner of the result
   * @param at the iterate before the step
   * @param gradient the gradient of the loss at {@code at.theta()}; only these parts are looked at
   * @param step the number of the step for the learning rate, from 0
   * @param parts the parts, each with the number of its own step
   */
  public Iterate step(NDManager scope, Iterate at, NDArray gradient, long step, Parts parts) {
    try (NDManager work = scope.newSubManager()) {
      double norm = Double.isInfinite(clipping.maxNorm()) ? 0 : parts.norm(gradient);
      return taking(scope, at, clipping.clip(work, gradient, norm), step, parts);
    }
  }

  /**
   * The same by a gradient that is clipped already.
   *
   * @param scope the owner of the result
   * @param clipped the gradient after the clipping
   */
  public Iterate taking(NDManager scope, Iterate at, NDArray clipped, long step, Parts parts) {
    try (Workspace work = new Workspace(scope)) {
      NDArray shared = work.share(clipped);
      List<Iterate> moved = new ArrayList<>();
      for (Parts.Part part : parts.parts()) {
        Optional<NDArray> factors = multipliers.map(work::share).map(part::of);
        LearningRate rate = new LearningRate(learningRate(step), factors);
        Iterate from = before(work, at, part);
        Optimiser.Step own = new Optimiser.Step(from, part.of(shared), rate, part.count());
        moved.add(optimiser.step(work.temporary(), own));
      }
      Map<String, NDArray> arrays = new TreeMap<>();
      at.arrays()
          .forEach(
              (name, array) ->
                  arrays.put(
                      name,
                      parts.replace(work.share(array), i -> moved.get(i).arrays().get(name))));
      return Iterate.of(arrays).attachTo(scope);
    }
  }

  private Iterate before(Workspace work, Iterate at, Parts.Part part) {
    NDArray theta = part.of(work.share(at.theta()));
    if (part.count() == 1) {
      return start(work.temporary(), theta);
    }
    Map<String, NDArray> state = new TreeMap<>();
    at.state().forEach((name, array) -> state.put(name, part.of(work.share(array))));
    return new Iterate(theta, state);
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
      Cotangents inner = optimiser.reverse(scope, of(at, clipped, step), after);
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
   * @throws UnsupportedOperationException if the optimiser has no forward derivative
   */
  public Iterate forward(NDManager scope, Iterate at, NDArray gradient, long step, Tangents along) {
    if (!(optimiser instanceof ForwardDifferentiable differentiable)) {
      throw new UnsupportedOperationException(
          optimiser.getClass().getName() + " has no forward derivative");
    }
    try (NDManager work = scope.newSubManager()) {
      double norm = norm(gradient);
      NDArray clipped = clipping.clip(work, gradient, norm);
      NDArray change = clipping.reverse(work, gradient, norm, along.gradient());
      Tangents inner = new Tangents(along.before(), change);
      return differentiable.forward(scope, of(at, clipped, step), inner);
    }
  }

  private double norm(NDArray gradient) {
    return Double.isInfinite(clipping.maxNorm()) ? 0 : InnerProducts.norm(gradient);
  }

  private Optimiser.Step of(Iterate at, NDArray clipped, long step) {
    return new Optimiser.Step(
        at, clipped, new LearningRate(learningRate(step), multipliers), step + 1);
  }
}
