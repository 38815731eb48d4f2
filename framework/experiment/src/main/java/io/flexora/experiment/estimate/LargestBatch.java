package io.flexora.experiment.estimate;

import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.ModelMemory;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The largest batch that some examples make, as a model computes it at once.
 *
 * @param tokens its tokens, with the padding that the model computes
 * @param attended the pairs of tokens that its attention computes, padding included
 * @param labelled the tokens that the loss counts
 * @param longest the tokens of its longest example
 */
public record LargestBatch(long tokens, long attended, long labelled, long longest) {

  /** No batch. */
  static final LargestBatch NONE = new LargestBatch(0, 0, 0, 0);

  /**
   * An example.
   *
   * @param tokens the tokens that a step computes
   * @param labelled the tokens that the loss counts
   */
  public record Size(int tokens, int labelled) {

    /** An example as a training step computes it: by most objectives with its label alone. */
    public static Size trained(Tokens example, Objective objective) {
      List<Continuation> choices = example.choices();
      return choices.isEmpty() || objective.comparesChoices()
          ? of(example, choices)
          : of(example, List.of(choices.get(example.example().label())));
    }

    private static Size of(Tokens example, List<Continuation> learnt) {
      return new Size(
          Stream.concat(
                  example.texts().stream().map(Tokens.Text::ids),
                  learnt.stream().map(Continuation::ids))
              .mapToInt(ids -> ids.length)
              .sum(),
          labelled(learnt));
    }

    /** An example as an evaluation scores it, with all its choices. */
    public static Size scored(Tokens example) {
      return new Size(example.computedTokens(true), labelled(example.choices()));
    }

    private static int labelled(List<Continuation> choices) {
      return choices.stream().mapToInt(Continuation::answerTokens).sum();
    }
  }

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
    return together(longest, memory);
  }

  /**
   * The mean batch where examples of like length are together.
   *
   * @param sizes the examples
   * @param count how many are in a batch
   */
  static LargestBatch mean(List<Size> sizes, int count, ModelMemory memory) {
    if (sizes.isEmpty() || count == 0) {
      return NONE;
    }
    List<Size> sorted =
        sizes.stream().sorted(Comparator.comparingInt(Size::tokens).reversed()).toList();
    List<LargestBatch> batches =
        IntStream.iterate(0, first -> first < sorted.size(), first -> first + count)
            .mapToObj(first -> sorted.subList(first, Math.min(first + count, sorted.size())))
            .map(batch -> together(batch, memory))
            .toList();
    return new LargestBatch(
        mean(batches, LargestBatch::tokens),
        mean(batches, LargestBatch::attended),
        mean(batches, LargestBatch::labelled),
        mean(batches, LargestBatch::longest));
  }

  private static long mean(List<LargestBatch> batches, ToLongFunction<LargestBatch> of) {
    return (long) Math.ceil(batches.stream().mapToLong(of).average().orElse(0));
  }

  /** A batch of these examples, the longest first. */
  private static LargestBatch together(List<Size> longest, ModelMemory memory) {
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
