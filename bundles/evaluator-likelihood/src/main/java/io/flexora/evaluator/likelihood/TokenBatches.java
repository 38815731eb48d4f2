package io.flexora.evaluator.likelihood;

import io.flexora.api.model.Tokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Puts examples of like length into batches that have at most so many tokens. */
final class TokenBatches {

  private TokenBatches() {}

  /**
   * Forms the batches, the longest examples first: if memory does not suffice, the first batch says
   * so. An example that is longer than the limit by itself has a batch of its own.
   *
   * @param most tokens of a batch, padding included
   * @return the indices of the examples of each batch
   */
  static List<List<Integer>> of(List<Tokens> examples, int most) {
    List<Integer> order =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> examples.get(i).length()).reversed())
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    Size size = Size.NONE;
    for (int index : order) {
      Size grown = size.with(examples.get(index));
      if (batches.isEmpty() || grown.tokens() > most) {
        batches.add(new ArrayList<>());
        grown = Size.NONE.with(examples.get(index));
      }
      batches.get(batches.size() - 1).add(index);
      size = grown;
    }
    return batches;
  }

  /** The size of a batch whose examples have their shared tokens once, then each choice's own. */
  private record Size(long examples, long shared, long choices, long choice) {

    static final Size NONE = new Size(0, 0, 0, 0);

    Size with(Tokens tokens) {
      return new Size(
          examples + 1,
          Math.max(shared, tokens.ids().length),
          choices + tokens.choices().size(),
          Math.max(choice, tokens.length() - tokens.ids().length));
    }

    long tokens() {
      return examples * shared + choices * choice;
    }
  }
}
