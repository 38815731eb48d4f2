package io.flexora.api.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a loss is evaluated.
 *
 * @param theta the flat parameter vector {@code [parameters]}, float32 (float64 where the model
 *     computes in it)
 * @param alpha the gate vector {@code [gates]} of theta's type, in the {@linkplain GateIndex order}
 *     of the plan's {@link GateLayout}. Empty for no gates, which is the same as all zeros
 * @param dropoutSeed the seed of a training step's dropout; the same seed gives the same masks.
 *     Empty outside of a training, where there is neither dropout nor a penalty
 * @since 0.1
 */
public record Point(NDArray theta, Optional<NDArray> alpha, OptionalLong dropoutSeed) {

  /** A point without gates, outside of a training. */
  public static Point of(NDArray theta) {
    return new Point(theta, Optional.empty(), OptionalLong.empty());
  }

  /** A point with gates, outside of a training. */
  public static Point of(NDArray theta, NDArray alpha) {
    return new Point(theta, Optional.of(alpha), OptionalLong.empty());
  }

  /** Whether the loss is that of a training step: with dropout, and an adapter method's penalty. */
  public boolean isTraining() {
    return dropoutSeed.isPresent();
  }

  /** The same point in a training step, with dropout masks drawn from that seed. */
  public Point withDropout(long seed) {
    return new Point(theta, alpha, OptionalLong.of(seed));
  }

  /** The same gates and dropout at another theta. */
  public Point withTheta(NDArray other) {
    return new Point(other, alpha, dropoutSeed);
  }
}
