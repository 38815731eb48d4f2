package {{package}};

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.Cotangents;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.optimiser.OptimiserStep;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;

/**
 * Adagrad (Duchi, Hazan and Singer, JMLR 12, 2011) with the root taken over sum and epsilon, so that
 * the step has a derivative everywhere: with h = g + w theta, s' = s + h², r = 1 / sqrt(s' + eps),
 * theta' = theta - rate h r.
 */
@Doc("Adagrad: divide the gradient by the root of the sum of its squares so far.")
public final class {{type}}Optimiser implements Optimiser {

  private static final String SUM = "sum_of_squares";

  private final {{type}}Options options;

  @Inject
  {{type}}Optimiser({{type}}Options options) {
    this.options = options;
  }

  @Override
  public Set<String> stateNames() {
    return Set.of(SUM);
  }

  @Override
  public Iterate step(NDManager scope, OptimiserStep step) {
    try (Workspace work = new Workspace(scope)) {
      Parts parts = parts(work, step);
      NDArray theta = work.share(step.at().theta()).sub(step.rate().times(parts.slope.mul(parts.scale)));
      return new Iterate(work.keep(theta), Map.of(SUM, work.keep(parts.sum)));
    }
  }

  /**
   * The way back. With t and c the cotangents of theta' and s', that of s' in all is
   * {@code C = c + rate h r³ t / 2}, and that of h is {@code -rate r t + 2 h C}.
   */
  @Override
  public Cotangents reverse(NDManager scope, OptimiserStep step, Iterate after) {
    try (Workspace work = new Workspace(scope)) {
      Parts parts = parts(work, step);
      NDArray theta = work.share(after.theta());
      NDArray pulled = step.rate().times(theta.mul(parts.scale));
      NDArray cube = parts.scale.mul(parts.scale);
      NDArray sum =
          work.share(after.state(SUM)).add(pulled.mul(parts.slope).mul(cube).mul(0.5));
      NDArray slope = parts.slope.mul(sum).mul(2).sub(pulled);
      NDArray before = theta.add(slope.mul(options.weightDecay()));
      Iterate at = new Iterate(work.keep(before), Map.of(SUM, work.keep(sum)));
      return new Cotangents(at, work.keep(slope));
    }
  }

  /** What both directions need. */
  private record Parts(NDArray slope, NDArray sum, NDArray scale) {}

  private Parts parts(Workspace work, OptimiserStep step) {
    NDArray theta = work.share(step.at().theta());
    NDArray slope = work.share(step.gradient()).add(theta.mul(options.weightDecay()));
    NDArray sum = work.share(step.at().state(SUM)).add(slope.mul(slope));
    return new Parts(slope, sum, sum.add(options.epsilon()).pow(-0.5));
  }

  @Override
  public double l2Penalty() {
    return options.weightDecay();
  }
}
