package io.flexora.api.evaluate;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a model said of a set of examples.
 *
 * @param examples the examples in the order of the dataset
 * @param reference what the same model said of its own test examples, where the others are a
 *     further test set; empty otherwise
 * @since 0.1
 */
public record ScoredExamples(List<ScoredExample> examples, List<ScoredExample> reference) {

  /** Copies the lists. */
  public ScoredExamples {
    examples = List.copyOf(examples);
    reference = List.copyOf(reference);
  }

  /** Examples without a reference. */
  public ScoredExamples(List<ScoredExample> examples) {
    this(examples, List.of());
  }

  /** How many examples there are. */
  public int size() {
    return examples.size();
  }

  /** A number of each example, in order. */
  public double[] values(ToDoubleFunction<ScoredExample> value) {
    return examples.stream().mapToDouble(value).toArray();
  }
}
