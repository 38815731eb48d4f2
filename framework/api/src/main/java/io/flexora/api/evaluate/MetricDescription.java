package io.flexora.api.evaluate;

import java.util.Set;

/**
 * How a metric is to be read, shown and compared. It stands beside every recorded value, so that a
 * report needs neither the plugin nor the metric's name.
 *
 * @param name the name by which YAML, records and queries know it, such as {@code acc_norm}
 * @param symbol what narrow tables show, such as {@code acc_n}; the name where there is none
 * @param range the values that it can have; intervals end where these do
 * @param lowerIsBetter whether the model with the lower value is the better one
 * @param percent whether it is a share that people read in per cent
 * @param unit the unit of its values, such as {@code nats}; empty for none
 * @param perExample whether it is the mean of a value of each example; false for an aggregate such
 *     as a ratio
 * @param needs what it is computed from
 * @since 0.1
 */
public record MetricDescription(
    String name,
    String symbol,
    MetricRange range,
    boolean lowerIsBetter,
    boolean percent,
    String unit,
    boolean perExample,
    Set<Need> needs) {

  /** What a metric is computed from. */
  public enum Need {
    /** The log-likelihood of each choice. */
    SCORES,
    /** The right choice. */
    LABEL,
    /** The text that the model generates. */
    TEXT,
    /** The number or text that the example carries as its target. */
    TARGET
  }

  /** Copies the needs. */
  public MetricDescription {
    needs = Set.copyOf(needs);
  }
}
