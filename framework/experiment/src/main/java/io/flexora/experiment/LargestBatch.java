package io.flexora.experiment;

import io.flexora.api.model.ModelMemory;
import java.util.Comparator;
import java.util.List;

/**
 * The largest batch that some examples make, as a model computes it at once.
 *
 * @param tokens its tokens, with the padding that the model computes
 * @param attended the pairs of tokens that its attention computes, padding included
 * @param labelled the tokens that the loss counts
 * @param longest the tokens of its longest example
 */
record LargestBatch(long tokens, long attended, long labelled, long longest) {

  /** No batch. */
  static final LargestBatch NONE = new LargestBatch(0, 0, 0, 0);

  /**
   * An example.
   *
   * @param tokens the tokens that a step computes
   * @param labelled the tokens that the loss counts
   */
  record Size(int tokens, int labelled) {}

  /**
   * Puts the longest examples together, as they are in some batch where those of like length are.
   *
   * @param sizes the examples
   * @param count how many are in a batch
   */
  static LargestBatch of(List<Size> sizes, int count, ModelMemory memory) {
    if (sizes.isEmpty() || count == 0) {
      return NONE;
    }
    List<Size> longest =
        sizes.stream()
            .sorted(Comparator.comparingInt(Size::tokens).reversed())
            .limit(count)
            .toList();
    long length = longest.get(0).tokens();
    long atOnce = Math.max(1, Math.min(longest.size(), memory.maxBatchTokens() / length));
    List<Size> part = longest.subList(0, (int) atOnce);
    return new LargestBatch(
        memory.packed() ? part.stream().mapToLong(Size::tokens).sum() : length * atOnce,
        length * length * atOnce,
        part.stream().mapToLong(Size::labelled).sum(),
        length);
  }
}
