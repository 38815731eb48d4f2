package io.flexora.api.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * The value of a metric on a set of examples.
 *
 * @param value its value over all examples
 * @param examples a number for each example, in order, whose mean is the value: the example's own
 *     value where the metric is a mean, and otherwise the value plus the number of examples times
 *     the example's influence on it (the infinitesimal jackknife: Efron, The Jackknife, the
 *     Bootstrap and Other Resampling Plans, 1982, chapter 6). Empty if it has none; models are then
 *     compared over seeds alone
 * @since 0.1
 */
public record MetricResult(MetricValue value, List<Double> examples) {

  /** Copies the list. */
  public MetricResult {
    examples = List.copyOf(examples);
  }

  /** The same of an array. */
  public static MetricResult of(MetricValue value, double[] examples) {
    return new MetricResult(value, Arrays.stream(examples).boxed().toList());
  }
}
