package io.flexora.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.Point;
import io.flexora.api.model.Sampling;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.Differentiation;
import io.flexora.numerics.transformer.Values;
import io.flexora.transformers.generation.TokenChoice;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Generates a text token by token; keys and values of what was read are kept. */
final class Generation {

  private final DecoderModel model;
  private final Differentiation differentiation;
  private final Point point;
  private final Sampling sampling;
  private final TokenChoice choice;

  Generation(DecoderModel model, Differentiation differentiation, Point point, Sampling sampling) {
    this.model = model;
    this.differentiation = differentiation;
    this.point = point;
    this.sampling = sampling;
    this.choice = new TokenChoice(sampling, new SplittableRandom(sampling.seed()));
  }

  int[] run(NDManager scope, int[] prompt, IntConsumer listener) {
    IntStream.Builder generated = IntStream.builder();
    NDManager held = scope.newSubManager();
    try {
      NDList state = differentiation.script().call("no_cache", weights(held));
      int[] next = prompt;
      int position = 0;
      int most = Math.min(sampling.maxTokens(), model.decoder().positions() - prompt.length);
      for (int i = 0; i < most; i++) {
        NDManager step = scope.newSubManager();
        NDList results = read(step, next, position, state);
        held.close();
        held = step;
        position += next.length;
        int token = choice.of(Values.of(results.get(0)));
        if (sampling.ends().contains(token)) {
          break;
        }
        listener.accept(token);
        generated.add(token);
        next = new int[] {token};
        state = results.subNDList(1);
      }
      return generated.build().toArray();
    } finally {
      held.close();
    }
  }

  /** The logits after the last of some tokens {@code [vocabulary]}. */
  double[] logits(NDManager scope, int[] ids) {
    NDList empty = differentiation.script().call("no_cache", weights(scope));
    return Values.of(read(scope, ids, 0, empty).get(0));
  }

  private Arguments weights(NDManager scope) {
    return new Arguments(scope).with("w", differentiation.withConstants(model.weights()));
  }

  /** The logits of the token after the last one {@code [vocabulary]}, then the kept arrays. */
  private NDList read(NDManager scope, int[] ids, int position, NDList cache) {
    NDArray alpha = point.alpha().orElseGet(() -> differentiation.noGates(scope));
    Arguments arguments =
        weights(scope)
            .with("theta", point.theta())
            .with("alpha", alpha)
            .with("ids", NativeArrays.of(scope, IntStream.of(ids).asLongStream().toArray()))
            .with("positions", positions(scope, position, ids.length))
            .with("cache", cache);
    return differentiation.script().call("logits", arguments);
  }

  private static NDArray positions(NDManager scope, int first, int count) {
    return NativeArrays.of(scope, LongStream.range(first, first + count).toArray());
  }
}
