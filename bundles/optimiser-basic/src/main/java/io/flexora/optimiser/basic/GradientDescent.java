package io.flexora.optimiser.basic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.Set;

/**
 * Stochastic gradient descent with momentum, as PyTorch defines it: with {@code d = gradient +
 * weightDecay theta} and {@code m' = momentum m + d}, theta moves by {@code -rate m'}, or by {@code
 * -rate (d + momentum m')} with Nesterov's variant.
 */
abstract class GradientDescent implements ForwardDifferentiable {

  private static final String VELOCITY = "velocity";

  private final double momentum;
  private final boolean nesterov;
  private final double weightDecay;

  /**
   * Makes the optimiser.
   *
   * @param momentum the factor of the velocity; 0 for plain descent, which keeps no state
   * @param nesterov whether to look ahead
   * @param weightDecay the factor of the decay, part of the gradient
   */
  GradientDescent(double momentum, boolean nesterov, double weightDecay) {
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.weightDecay = weightDecay;
  }

  @Override
  public final Set<String> stateNames() {
    return momentum == 0 ? Set.of() : Set.of(VELOCITY);
  }

  @Override
  public final double l2Penalty() {
    return weightDecay;
  }

  @Override
  public final Iterate step(NDManager scope, Optimiser.Step step) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(step.at().theta());
      NDArray decayed = theta.mul(weightDecay).add(step.gradient());
      if (momentum == 0) {
        return new Iterate(theta.sub(step.rate().times(decayed)), Map.of()).attachTo(scope);
      }
      NDArray velocity = work.share(step.at().state(VELOCITY)).mul(momentum).add(decayed);
      NDArray move = nesterov ? decayed.add(velocity.mul(momentum)) : velocity;
      NDArray next = theta.sub(step.rate().times(move));
      return new Iterate(next, Map.of(VELOCITY, velocity)).attachTo(scope);
    }
  }

  @Override
  public final Cotangents reverse(NDManager scope, Optimiser.Step step, Iterate after) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(after.theta());
      NDArray move = step.rate().times(theta).neg();
      if (momentum == 0) {
        return cotangents(theta, move, Map.of()).attachTo(scope);
      }
      NDArray velocity =
          work.share(after.state(VELOCITY)).add(nesterov ? move.mul(momentum) : move);
      NDArray decayed = nesterov ? velocity.add(move) : velocity.duplicate();
      return cotangents(theta, decayed, Map.of(VELOCITY, velocity.mul(momentum))).attachTo(scope);
    }
  }

  /** A step is linear, and so its own derivative. */
  @Override
  public final Iterate forward(NDManager scope, Optimiser.Step step, Tangents along) {
    return step(
        scope, new Optimiser.Step(along.before(), along.gradient(), step.rate(), step.count()));
  }

  private Cotangents cotangents(NDArray theta, NDArray decayed, Map<String, NDArray> state) {
    return new Cotangents(new Iterate(theta.add(decayed.mul(weightDecay)), state), decayed);
  }
}
