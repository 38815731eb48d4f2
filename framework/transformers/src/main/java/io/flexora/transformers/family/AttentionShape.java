package io.flexora.transformers.family;

import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The attention of a decoder's layers.
 *
 * @param heads the query heads
 * @param keyValueHeads the key and value heads; divides {@code heads}
 * @param headSize the width of one head
 * @param windows for each layer how many positions back a token sees, itself included; 0 for all
 * @param scoreCap the bound of attention scores, {@code cap tanh(score / cap)}
 * @since 0.1
 */
public record AttentionShape(
    int heads, int keyValueHeads, int headSize, List<Integer> windows, OptionalDouble scoreCap) {

  /** Copies the list. */
  public AttentionShape {
    windows = List.copyOf(windows);
  }

  /** Heads with keys and values of their own, which see all that is before them. */
  public static AttentionShape full(int layers, int heads, int headSize) {
    return new AttentionShape(
        heads, heads, headSize, Collections.nCopies(layers, 0), OptionalDouble.empty());
  }
}
