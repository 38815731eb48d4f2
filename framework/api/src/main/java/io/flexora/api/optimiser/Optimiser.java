package io.flexora.api.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.FlexoraException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A first-order optimiser as a map from one iterate to the next, and the exact derivative of that
 * map backwards. It keeps nothing itself: all methods are functions of their arguments.
 *
 * <p>The map is elementwise: an element of theta and its state move by their own values, gradient
 * and learning rate, and by the number of the step. So parts of theta can be trained while the rest
 * stays as it is. Weight decay belongs to the optimiser; clipping, schedule and the learning rates
 * of parts of theta do not.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(
    value = "optimiser",
    affects = {Effect.SEARCH, Effect.TRAINING})
public interface Optimiser {

  /**
   * The names of the arrays that it keeps between steps, each of theta's shape and type: lower-case
   * words joined by underscores, none of them {@code theta}. Memory is reckoned by their number.
   */
  Set<String> stateNames();

  /**
   * The state before the first step, by name; zeros where nothing else is said.
   *
   * @param scope the owner of the arrays
   * @param theta the parameters before the first step, whose shape, type and device they take
   */
  default Map<String, NDArray> initialState(NDManager scope, NDArray theta) {
    return stateNames().stream()
        .collect(
            Collectors.toMap(
                name -> name, name -> scope.zeros(theta.getShape(), theta.getDataType())));
  }

  /**
   * Does one step.
   *
   * @param scope the owner of what is returned; nothing else stays alive
   * @return the iterate after the step, in arrays of its own
   */
  Iterate step(NDManager scope, Step step);

  /**
   * Pulls a cotangent back through one step: {@code (dStep/d(at, gradient))ᵀ after}. Where the step
   * has no derivative, any finite value of a one-sided one will do.
   *
   * @param scope the owner of what is returned; nothing else stays alive
   * @param step the arguments of the step
   * @param after the cotangent of the iterate after the step
   */
  Cotangents reverse(NDManager scope, Step step, Iterate after);

  /**
   * The factor c of the penalty {@code c |theta|² / 2} that its weight decay adds to the loss, so
   * that its steps come to rest where the gradient of loss and penalty together is 0; 0 without
   * weight decay.
   *
   * @throws FlexoraException if its steps come to rest elsewhere, as with decoupled weight decay
   */
  default double l2Penalty() {
    throw new FlexoraException(
        "the optimiser "
            + getClass().getSimpleName()
            + " does not say that its steps end at a minimum of the training loss");
  }

  /**
   * The learning rate of one step.
   *
   * @param value the rate
   * @param multipliers a factor of the rate for each parameter {@code [parameters]}; empty for ones
   */
  record LearningRate(double value, Optional<NDArray> multipliers) {

    /** The same rate for every parameter. */
    public static LearningRate of(double value) {
      return new LearningRate(value, Optional.empty());
    }

    /** The product of each element with its rate; belongs to the manager of the vector. */
    public NDArray times(NDArray vector) {
      NDArray scaled = vector.mul(value);
      return multipliers.map(scaled::mul).orElse(scaled);
    }
  }

  /**
   * The arguments of an optimiser step.
   *
   * @param at the iterate before the step
   * @param gradient the gradient of the loss at {@code at.theta()} {@code [parameters]}
   * @param rate the learning rate
   * @param count the number of the step since the initial state, from 1
   */
  record Step(Iterate at, NDArray gradient, LearningRate rate, long count) {}

  /**
   * The cotangents before an optimiser step, by its reverse.
   *
   * @param before the cotangent of the iterate before the step, along every path but the one
   *     through the gradient
   * @param gradient the cotangent of the gradient that the step was given {@code [parameters]}
   */
  record Cotangents(Iterate before, NDArray gradient) {

    /** Makes a scope the owner of all arrays. */
    public Cotangents attachTo(NDManager scope) {
      gradient.attach(scope);
      before.attachTo(scope);
      return this;
    }
  }
}
