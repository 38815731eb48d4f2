package io.flexora.numerics.score;

import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.input.Tokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Puts examples of like length into batches, the longest first: if memory does not suffice, the
 * first batch says so.
 *
 * @param most the most that a batch has; an example that is longer by itself has a batch of its own
 * @since 0.1
 */
public record ScoringBatches(BatchLimit most) {

  /** Batches of at most so many examples. */
  public static ScoringBatches ofExamples(int most) {
    return new ScoringBatches(BatchLimit.ofExamples(most));
  }

  /** Batches of at most so many tokens, padding included. */
  public static ScoringBatches ofTokens(int most) {
    return new ScoringBatches(BatchLimit.ofTokens(most));
  }

  /** The indices of the examples of each batch. */
  public List<List<Integer>> of(List<Tokens> examples) {
    List<List<Integer>> batches = new ArrayList<>();
    BatchTokens size = BatchTokens.NONE;
    for (int index : longestFirst(examples)) {
      BatchTokens grown = size.with(examples.get(index));
      if (batches.isEmpty()
          || grown.examples() > most.examples()
          || grown.count() > most.tokens()) {
        batches.add(new ArrayList<>());
        grown = BatchTokens.NONE.with(examples.get(index));
      }
      batches.get(batches.size() - 1).add(index);
      size = grown;
    }
    return batches;
  }

  private static List<Integer> longestFirst(List<Tokens> examples) {
    return IntStream.range(0, examples.size())
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> examples.get(i).length()).reversed())
        .toList();
  }
}
