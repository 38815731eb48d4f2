package io.flexora.transformers.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.numerics.transformer.Differentiation;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Generates a text token by token; keys and values of what was read are kept.
 *
 * @since 0.1
 */
public final class Generation {

  private final Differentiation differentiation;
  private final MergedArrays arrays;
  private final int positions;
  private final OptionalInt shortText;
  private final Point point;
  private final Sampling sampling;
  private final TokenChoice choice;

  /**
   * Starts a text.
   *
   * @param differentiation the compiled model, with the methods {@code no_cache(w)}, which makes
   *     empty keys and values, and {@code logits(theta, alpha, w, changes, ids, positions, cache)},
   *     which gives the logits after the last token and the longer keys and values
   * @param arrays the frozen arrays, merged with the adapters where the model merges them
   * @param positions the longest text, in tokens
   * @param shortText the longest text whose keys are as those of a short one, if there is a bound
   */
  public Generation(
      Differentiation differentiation,
      MergedArrays arrays,
      int positions,
      OptionalInt shortText,
      Point point,
      Sampling sampling) {
    this.differentiation = differentiation;
    this.arrays = arrays;
    this.positions = positions;
    this.shortText = shortText;
    this.point = point;
    this.sampling = sampling;
    this.choice = new TokenChoice(sampling, new SplittableRandom(sampling.seed()));
  }

  /**
   * Generates.
   *
   * @param scope the owner of temporary arrays
   * @param prompt the token ids to go on from; at least one
   * @param listener hears of each token as soon as it is chosen, but not of an ending one
   * @return the generated tokens, without the ending one
   */
  public int[] run(NDManager scope, int[] prompt, IntConsumer listener) {
    int most = Math.min(sampling.maxTokens(), positions - prompt.length);
    int[] text = Arrays.copyOf(prompt, prompt.length + Math.max(0, most));
    int length = prompt.length;
    NDManager held = scope.newSubManager();
    try {
      NDList state = null;
      int read = 0;
      for (int i = 0; i < most; i++) {
        NDManager step = scope.newSubManager();
        if (state == null || becomesLong(read, length)) {
          state = differentiation.script().call("no_cache", weights(step));
          read = 0;
        }
        NDList results = read(step, Arrays.copyOfRange(text, read, length), read, state);
        held.close();
        held = step;
        read = length;
        int token = choice.of(ArrayValues.of(results.get(0)));
        if (sampling.stopTokens().contains(token)) {
          break;
        }
        listener.accept(token);
        text[length++] = token;
        state = results.subNDList(1);
      }
      return Arrays.copyOfRange(text, prompt.length, length);
    } finally {
      held.close();
    }
  }

  /** Whether the keys that are kept were turned as in a short text, and the text is long now. */
  private boolean becomesLong(int before, int now) {
    return shortText.isPresent() && before <= shortText.getAsInt() && now > shortText.getAsInt();
  }

  /** The logits after the last of some tokens {@code [vocabulary]}. */
  public double[] logits(NDManager scope, int[] ids) {
    NDList empty = differentiation.script().call("no_cache", weights(scope));
    return ArrayValues.of(read(scope, ids, 0, empty).get(0));
  }

  private Arguments weights(NDManager scope) {
    return new Arguments(scope).with("w", arrays.weights());
  }

  /** The logits of the token after the last one {@code [vocabulary]}, then the kept arrays. */
  private NDList read(NDManager scope, int[] ids, int position, NDList cache) {
    NDArray alpha = point.alpha().orElseGet(() -> differentiation.noGates(scope));
    Arguments arguments =
        weights(scope)
            .with("theta", point.theta())
            .with("alpha", alpha)
            .with("changes", arrays.changes())
            .with("ids", NativeArrays.of(scope, IntStream.of(ids).asLongStream().toArray()))
            .with("positions", places(scope, position, ids.length))
            .with("cache", cache);
    return differentiation.script().call("logits", arguments);
  }

  private static NDArray places(NDManager scope, int first, int count) {
    return NativeArrays.of(scope, LongStream.range(first, first + count).toArray());
  }
}
