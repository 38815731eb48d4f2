package io.flexora.experiment.cell;

import io.flexora.api.evaluate.Prediction;
import io.flexora.statistics.Sample;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The values of a metric for each of the examples that it is the mean of.
 *
 * @param byExample the value of each example by its ID, in the order of the evaluation; an ID that
 *     occurs again is told from the first by its number. Empty if the metric is not such a mean
 * @since 0.1
 */
public record ExampleValues(Map<String, Double> byExample) {

  private static final double ROUNDING = 1e-9;

  /**
   * Reads the values.
   *
   * @param metric the name of the metric
   * @param value what it is over all examples
   */
  public static ExampleValues of(List<Prediction> predictions, String metric, double value) {
    Map<String, Double> values = new LinkedHashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    double sum = 0;
    for (Prediction prediction : predictions) {
      double one = prediction.metrics().getOrDefault(metric, Double.NaN);
      if (!Double.isFinite(one)) {
        return new ExampleValues(Map.of());
      }
      int again = seen.merge(prediction.exampleId(), 1, Integer::sum);
      values.put(prediction.exampleId() + "\0" + again, one);
      sum += one;
    }
    double away = Math.abs(sum / values.size() - value);
    boolean averages = away <= ROUNDING * Math.max(1, Math.abs(value));
    return new ExampleValues(averages ? values : Map.of());
  }

  /**
   * The standard error of the mean difference to another cell's values, example by example.
   *
   * @return empty unless both have values of the same examples, two at least
   */
  public OptionalDouble differenceError(ExampleValues other) {
    if (byExample.size() < 2 || !byExample.keySet().equals(other.byExample.keySet())) {
      return OptionalDouble.empty();
    }
    double[] differences =
        byExample.entrySet().stream()
            .mapToDouble(entry -> entry.getValue() - other.byExample.get(entry.getKey()))
            .toArray();
    return Sample.of(differences).stream()
        .flatMapToDouble(sample -> sample.standardDeviation().stream())
        .map(deviation -> deviation / Math.sqrt(differences.length))
        .findFirst();
  }
}
