package io.flexora.transformers.batch;

import java.util.SplittableRandom;

/**
 * The noise of a training step on the embeddings of its tokens. Each example has a stream of its
 * own, so it does not matter how a batch is cut into parts.
 *
 * @since 0.1
 */
public final class EmbeddingNoise {

  private static final long STREAM = 0x6E6F697365L;

  private EmbeddingNoise() {}

  /**
   * Draws noise, uniform within ± alpha / sqrt(tokens of the example * hidden).
   *
   * @param hidden the width of an embedding
   * @param alpha the greatest length of an example's noise
   * @param seed the step's seed
   * @param first the place of the first example in its batch
   * @return {@code [tokens, hidden]}, flat
   */
  public static float[] of(TokenTrees trees, int hidden, double alpha, long seed, int first) {
    long[] places = trees.scatter();
    int longest = trees.longest();
    int[] tokens = trees.sizes();
    SplittableRandom[] streams = new SplittableRandom[tokens.length];
    for (int e = 0; e < tokens.length; e++) {
      streams[e] = new SplittableRandom(new SplittableRandom(seed ^ STREAM).nextLong() + first + e);
    }
    float[] noise = new float[Math.multiplyExact(places.length, hidden)];
    for (int i = 0; i < places.length; i++) {
      int example = (int) (places[i] / longest);
      double most = alpha / Math.sqrt((double) tokens[example] * hidden);
      for (int j = 0; j < hidden; j++) {
        noise[i * hidden + j] = (float) (streams[example].nextDouble(-1, 1) * most);
      }
    }
    return noise;
  }
}
