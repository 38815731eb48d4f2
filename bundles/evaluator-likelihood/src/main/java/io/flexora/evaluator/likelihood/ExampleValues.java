package io.flexora.evaluator.likelihood;

import io.flexora.api.evaluate.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Gives each prediction its example's values of the metrics. */
final class ExampleValues {

  private ExampleValues() {}

  /**
   * The predictions with their values.
   *
   * @param values by the name of the metric, one for each prediction
   */
  static List<Prediction> of(List<Prediction> predictions, Map<String, double[]> values) {
    return IntStream.range(0, predictions.size())
        .mapToObj(example -> predictions.get(example).withMetrics(of(example, values)))
        .toList();
  }

  private static Map<String, Double> of(int example, Map<String, double[]> values) {
    Map<String, Double> own = new HashMap<>();
    values.forEach((metric, of) -> own.put(metric, of[example]));
    return own;
  }
}
