package io.flexora.api.evaluate;

import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A model's predictions for a set of examples.
 *
 * @param examples the examples in the order of the dataset
 * @param reference the same model's own test examples as it scored them, where the others are a
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

  /**
   * The reference, for a metric that needs one.
   *
   * @throws FlexoraException if there is none: the evaluator has lost it, as a task without one was
   *     refused
   */
  public List<ScoredExample> requireReference() {
    if (reference.isEmpty()) {
      throw new FlexoraException(
          "the evaluator gave its metric nothing that the model said of its own test examples; it"
              + " has to pass on the 'reference' of its context");
    }
    return reference;
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
