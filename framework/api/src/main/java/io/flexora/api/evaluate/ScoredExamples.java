package io.flexora.api.evaluate;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a model said of a set of examples.
 *
 * @param examples the examples in the order of the dataset
 * @since 0.1
 */
public record ScoredExamples(List<ScoredExample> examples) {

  /** Copies the list. */
  public ScoredExamples {
    examples = List.copyOf(examples);
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
