package io.flexora.api.evaluate;

import io.flexora.api.data.Example;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * What a model said of one example.
 *
 * @param exampleId the example
 * @param label the right choice; of several right ones that with the highest score, so that the
 *     prediction is right where both are the same
 * @param predicted the choice with the highest score; the first of equals
 * @param scores the log-likelihood of each choice
 * @param text the text that the model generated; empty if it was not asked to
 * @param metrics this example's number of a metric, by the metric's name: the mean over all
 *     examples is the metric, and their spread tells how sure it is. See {@link MetricResult}
 * @since 0.1
 */
public record Prediction(
    String exampleId,
    int label,
    int predicted,
    List<Double> scores,
    Optional<String> text,
    Map<String, Double> metrics) {

  /** Copies the scores and the values. */
  public Prediction {
    scores = List.copyOf(scores);
    metrics = Map.copyOf(metrics);
  }

  /** A prediction without a text and without a value of any metric. */
  public Prediction(String exampleId, int label, int predicted, List<Double> scores) {
    this(exampleId, label, predicted, scores, Optional.empty(), Map.of());
  }

  /** The same with these values of metrics. */
  public Prediction withMetrics(Map<String, Double> metrics) {
    return new Prediction(exampleId, label, predicted, scores, text, metrics);
  }

  /** The same with a generated text. */
  public Prediction withText(String text) {
    return new Prediction(exampleId, label, predicted, scores, Optional.of(text), metrics);
  }

  /**
   * The prediction of an example.
   *
   * @param scores the log-likelihood of each choice
   */
  public static Prediction of(Example example, double[] scores) {
    return new Prediction(
        example.id(),
        highest(scores, example::isRight),
        highest(scores, choice -> true),
        Arrays.stream(scores).boxed().toList());
  }

  /** The choice with the highest score among some; the first of equals. */
  private static int highest(double[] scores, IntPredicate some) {
    int best = -1;
    for (int i = 0; i < scores.length; i++) {
      best = some.test(i) && (best < 0 || scores[i] > scores[best]) ? i : best;
    }
    return best;
  }
}
