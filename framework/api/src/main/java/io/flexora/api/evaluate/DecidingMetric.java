package io.flexora.api.evaluate;

/**
 * The metric by which two models are told apart: what tables show and reports compare.
 *
 * @param name its name among the metrics
 * @param lowerIsBetter whether the model with the lower value is the better one
 * @since 0.1
 */
public record DecidingMetric(String name, boolean lowerIsBetter) {

  /** A metric of which more is better, such as accuracy. */
  public static DecidingMetric highest(String name) {
    return new DecidingMetric(name, false);
  }

  /** A metric of which less is better, such as perplexity. */
  public static DecidingMetric lowest(String name) {
    return new DecidingMetric(name, true);
  }
}
