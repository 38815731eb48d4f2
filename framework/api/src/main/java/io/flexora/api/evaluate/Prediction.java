package io.flexora.api.evaluate;

import io.flexora.api.data.Example;
import io.flexora.api.head.Answer;
import io.flexora.api.head.Answer.Choice;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer of a model to one example.
 *
 * @param exampleId the example
 * @param answer the answer of the model
 * @param text the text that the model generated; empty if it was not asked to
 * @param metrics this example's number of a metric, by the metric's name: the mean over all
 *     examples is the metric, and their spread tells how sure it is. See {@link Metric.Result}
 * @since 0.1
 */
public record Prediction(
    String exampleId, Answer answer, Optional<String> text, Map<String, Double> metrics) {

  /** Copies the values. */
  public Prediction {
    metrics = Map.copyOf(metrics);
  }

  /** An answer without a text and without a value of any metric. */
  public Prediction(String exampleId, Answer answer) {
    this(exampleId, answer, Optional.empty(), Map.of());
  }

  /** A choice without a text and without a value of any metric; see {@link Choice}. */
  public Prediction(String exampleId, int label, int predicted, List<Double> scores) {
    this(exampleId, new Choice(label, predicted, scores));
  }

  /** The same with these values of metrics. */
  public Prediction withMetrics(Map<String, Double> metrics) {
    return new Prediction(exampleId, answer, text, metrics);
  }

  /** The same with a generated text. */
  public Prediction withText(String text) {
    return new Prediction(exampleId, answer, Optional.of(text), metrics);
  }

  /**
   * The choice among the choices of an example.
   *
   * @param scores the log-likelihood of each choice
   */
  public static Prediction of(Example example, double[] scores) {
    return new Prediction(example.id(), Choice.of(example, scores));
  }

  /** Whether the answer is one of the choices. */
  public boolean isChoice() {
    return answer instanceof Choice;
  }

  /**
   * The answer as one of its kind.
   *
   * @throws IllegalStateException if it is of another kind; a metric's needs keep it from such
   */
  public <T extends Answer> T as(Class<T> kind) {
    if (!kind.isInstance(answer)) {
      throw new IllegalStateException(
          "example %s is answered by %s, not by %s"
              .formatted(exampleId, answer.getClass().getSimpleName(), kind.getSimpleName()));
    }
    return kind.cast(answer);
  }

  /** The right choice; of several right ones that with the highest score. */
  public int label() {
    return as(Choice.class).label();
  }

  /** The choice with the highest score; the first of equals. */
  public int predicted() {
    return as(Choice.class).predicted();
  }

  /** The log-likelihood of each choice. */
  public List<Double> scores() {
    return as(Choice.class).scores();
  }
}
