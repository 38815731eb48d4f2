package io.flexora.transformers.causal;

import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.BiFunction;

/** Scores that do not depend on what is trained, kept as long as their examples are. */
final class ReferenceCache {

  private final BiFunction<NDManager, List<Tokens>, double[][]> scores;
  private final Map<Tokens, double[]> kept = Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * Makes a cache.
   *
   * @param scores computes the scores of examples
   */
  ReferenceCache(BiFunction<NDManager, List<Tokens>, double[][]> scores) {
    this.scores = scores;
  }

  /**
   * The scores of each example.
   *
   * @param scope the owner of temporary arrays
   */
  double[][] of(NDManager scope, List<Tokens> examples) {
    List<Tokens> missing = examples.stream().filter(e -> !kept.containsKey(e)).distinct().toList();
    if (!missing.isEmpty()) {
      double[][] found = scores.apply(scope, missing);
      for (int i = 0; i < found.length; i++) {
        kept.put(missing.get(i), found[i]);
      }
    }
    return examples.stream().map(kept::get).toArray(double[][]::new);
  }
}
