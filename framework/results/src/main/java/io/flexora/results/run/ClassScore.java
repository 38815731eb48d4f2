package io.flexora.results.run;

import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import java.util.Objects;
import java.util.Optional;

/**
 * The scores of a cell in telling one class from the others. What divides by nothing is NaN and has
 * no interval.
 *
 * @param name the class
 * @param examples how many examples have it as their label
 * @param predicted for how many it is the prediction
 * @param right for how many it is both
 * @param precision the share of the predictions that are right, right / predicted
 * @param precisionInterval its 95 % interval
 * @param recall the share of the examples that are found, right / examples
 * @param recallInterval its 95 % interval
 * @param f1 the harmonic mean of both, 2 right / (examples + predicted)
 * @param f1Interval its 95 % interval
 * @since 0.1
 */
public record ClassScore(
    String name,
    long examples,
    long predicted,
    long right,
    double precision,
    Optional<ConfidenceInterval> precisionInterval,
    double recall,
    Optional<ConfidenceInterval> recallInterval,
    double f1,
    Optional<ConfidenceInterval> f1Interval) {

  /** Refuses null. */
  public ClassScore {
    Objects.requireNonNull(name);
    Objects.requireNonNull(precisionInterval);
    Objects.requireNonNull(recallInterval);
    Objects.requireNonNull(f1Interval);
  }
}
