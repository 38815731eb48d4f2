package io.flexora.numerics.score;

import io.flexora.api.model.Tokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Puts examples of like length into batches, the longest first: if memory does not suffice, the
 * first batch says so.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ScoringBatches {

  /** The indices of the examples of each batch. */
  List<List<Integer>> of(List<Tokens> examples);

  /** Batches of at most so many examples. */
  static ScoringBatches ofExamples(int most) {
    return examples -> {
      List<Integer> order = longestFirst(examples);
      return IntStream.iterate(0, from -> from < order.size(), from -> from + most)
          .mapToObj(from -> order.subList(from, Math.min(order.size(), from + most)))
          .toList();
    };
  }

  /**
   * Batches of at most so many tokens, padding included. An example that is longer than that by
   * itself has a batch of its own.
   */
  static ScoringBatches ofTokens(int most) {
    return examples -> {
      List<List<Integer>> batches = new ArrayList<>();
      BatchTokens size = BatchTokens.NONE;
      for (int index : longestFirst(examples)) {
        BatchTokens grown = size.with(examples.get(index));
        if (batches.isEmpty() || grown.count() > most) {
          batches.add(new ArrayList<>());
          grown = BatchTokens.NONE.with(examples.get(index));
        }
        batches.get(batches.size() - 1).add(index);
        size = grown;
      }
      return batches;
    };
  }

  private static List<Integer> longestFirst(List<Tokens> examples) {
    return IntStream.range(0, examples.size())
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> examples.get(i).length()).reversed())
        .toList();
  }
}
