package io.flexora.api.plan;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The arguments at which a loss is evaluated.
 *
 * @param theta the flat parameter vector {@code [parameters]}, float32 (float64 where the model
 *     computes in it)
 * @param alpha the gate vector {@code [gates]} of theta's type, in the {@linkplain GateIndex order}
 *     of the plan's {@link GateIndex.Layout}. Empty for no gates, which is the same as all zeros
 * @param dropoutSeed the seed of a training step's dropout; the same seed gives the same masks.
 *     Empty outside of a training, where there is neither dropout nor a penalty
 * @param embeddingNoise alpha of the noise on embeddings in a training step; see {@link
 *     io.flexora.api.ability.NoisyEmbeddings}. 0 for none
 * @since 0.1
 */
public record Point(
    NDArray theta, Optional<NDArray> alpha, OptionalLong dropoutSeed, double embeddingNoise) {

  /** A point without gates, outside of a training. */
  public static Point of(NDArray theta) {
    return new Point(theta, Optional.empty(), OptionalLong.empty(), 0);
  }

  /** A point with gates, outside of a training. */
  public static Point of(NDArray theta, NDArray alpha) {
    return new Point(theta, Optional.of(alpha), OptionalLong.empty(), 0);
  }

  /** Whether the loss is that of a training step: with dropout, and an adapter method's penalty. */
  public boolean isTraining() {
    return dropoutSeed.isPresent();
  }

  /** The same point in a training step, with dropout masks drawn from that seed. */
  public Point withDropout(long seed) {
    return new Point(theta, alpha, OptionalLong.of(seed), embeddingNoise);
  }

  /** The same point with noise on the embeddings, where it is one of a training step. */
  public Point withEmbeddingNoise(double noise) {
    return new Point(theta, alpha, dropoutSeed, noise);
  }

  /** The same gates, dropout and noise at another theta. */
  public Point withTheta(NDArray other) {
    return new Point(other, alpha, dropoutSeed, embeddingNoise);
  }
}
