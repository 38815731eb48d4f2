package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.ForwardDifferentiable;
import io.flexora.api.optimiser.ForwardDifferentiable.Tangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.Optimiser.Cotangents;
import io.flexora.api.optimiser.Optimiser.LearningRate;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.Set;

/**
 * An optimiser whose step depends on all that it may: {@code m' = 0.9 m + g + 0.05 x²} and {@code
 * x' = x - rate m'² / count}, with derivatives by hand.
 */
final class NonlinearMomentum implements ForwardDifferentiable {

  static final String MOMENTUM = "momentum";
  static final double DECAY = 0.9;
  static final double BEND = 0.05;

  @Override
  public Set<String> stateNames() {
    return Set.of(MOMENTUM);
  }

  @Override
  public Iterate step(NDManager scope, Optimiser.Step step) {
    try (Workspace work = new Workspace(scope)) {
      Optimiser.Step own = shared(work, step);
      NDArray momentum = momentum(own);
      NDArray moved = own.rate().times(momentum.square()).div(own.count());
      return new Iterate(own.at().theta().sub(moved), Map.of(MOMENTUM, momentum)).attachTo(scope);
    }
  }

  private static Optimiser.Step shared(Workspace work, Optimiser.Step step) {
    return new Optimiser.Step(
        new Iterate(
            work.share(step.at().theta()), Map.of(MOMENTUM, work.share(step.at().state(MOMENTUM)))),
        work.share(step.gradient()),
        new LearningRate(step.rate().value(), step.rate().multipliers().map(work::share)),
        step.count());
  }

  private static NDArray momentum(Optimiser.Step step) {
    NDArray theta = step.at().theta();
    return step.at().state(MOMENTUM).mul(DECAY).add(step.gradient()).add(theta.square().mul(BEND));
  }

  /** The derivative of x' in m'. */
  private static NDArray slope(Optimiser.Step step) {
    return step.rate().times(momentum(step)).mul(-2.0 / step.count());
  }

  @Override
  public Cotangents reverse(NDManager scope, Optimiser.Step step, Iterate after) {
    NDArray inMomentum = after.state(MOMENTUM).add(after.theta().mul(slope(step)));
    NDArray inTheta = after.theta().add(inMomentum.mul(step.at().theta()).mul(2 * BEND));
    Iterate before = new Iterate(inTheta, Map.of(MOMENTUM, inMomentum.mul(DECAY)));
    return new Cotangents(before, inMomentum.duplicate()).attachTo(scope);
  }

  @Override
  public Iterate forward(NDManager scope, Optimiser.Step step, Tangents along) {
    NDArray momentum =
        along
            .before()
            .state(MOMENTUM)
            .mul(DECAY)
            .add(along.gradient())
            .add(along.before().theta().mul(step.at().theta()).mul(2 * BEND));
    NDArray theta = along.before().theta().add(momentum.mul(slope(step)));
    return new Iterate(theta, Map.of(MOMENTUM, momentum)).attachTo(scope);
  }
}
