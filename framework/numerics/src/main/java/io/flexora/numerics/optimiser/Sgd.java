package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, as PyTorch defines it: with {@code d = gradient +
 * weightDecay theta} and {@code m' = momentum m + d}, theta moves by {@code -rate m'}, or by {@code
 * -rate (d + momentum m')} with Nesterov's variant.
 *
 * @param momentum the factor of the velocity; 0 for plain descent, which keeps no state
 * @param nesterov whether to look ahead
 * @param weightDecay the factor of the decay, part of the gradient
 * @since 0.1
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay) implements Optimiser {

  private static final String VELOCITY = "velocity";

  /** Plain descent. */
  public static Sgd plain() {
    return new Sgd(0, false, 0);
  }

  @Override
  public int stateArrays() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  public Map<String, NDArray> initialState(NDManager scope, NDArray theta) {
    return momentum == 0
        ? Map.of()
        : Map.of(VELOCITY, scope.zeros(theta.getShape(), theta.getDataType()));
  }

  @Override
  public Iterate step(
      NDManager scope, Iterate at, NDArray gradient, LearningRate rate, long count) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(at.theta());
      NDArray decayed = theta.mul(weightDecay).add(gradient);
      if (momentum == 0) {
        return new Iterate(theta.sub(rate.times(decayed)), Map.of()).keptBy(work);
      }
      NDArray velocity = work.share(at.state(VELOCITY)).mul(momentum).add(decayed);
      NDArray move = nesterov ? decayed.add(velocity.mul(momentum)) : velocity;
      return new Iterate(theta.sub(rate.times(move)), Map.of(VELOCITY, velocity)).keptBy(work);
    }
  }

  @Override
  public Cotangents reverse(
      NDManager scope, Iterate at, NDArray gradient, LearningRate rate, long count, Iterate after) {
    try (Workspace work = new Workspace(scope)) {
      NDArray theta = work.share(after.theta());
      NDArray move = rate.times(theta).neg();
      if (momentum == 0) {
        return cotangents(theta, move, Map.of()).keptBy(work);
      }
      NDArray velocity =
          work.share(after.state(VELOCITY)).add(nesterov ? move.mul(momentum) : move);
      NDArray decayed = nesterov ? velocity.add(move) : velocity.duplicate();
      return cotangents(theta, decayed, Map.of(VELOCITY, velocity.mul(momentum))).keptBy(work);
    }
  }

  /** A step is linear, and so its own derivative. */
  @Override
  public Iterate forward(
      NDManager scope,
      Iterate at,
      NDArray gradient,
      LearningRate rate,
      long count,
      Tangents along) {
    return step(scope, along.before(), along.gradient(), rate, count);
  }

  private Cotangents cotangents(NDArray theta, NDArray decayed, Map<String, NDArray> state) {
    return new Cotangents(new Iterate(theta.add(decayed.mul(weightDecay)), state), decayed);
  }
}
