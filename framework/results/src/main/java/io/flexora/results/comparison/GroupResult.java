package io.flexora.results.comparison;

import io.flexora.api.metric.MetricDescription;
import io.flexora.results.comparison.StrategyResult.MarginReference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A model with a task.
 *
 * @param model the name of the model
 * @param task the name of the task
 * @param layers how many layers the model has; empty if no run tells
 * @param examples how many test examples there are; empty if no cell was measured
 * @param metric the metric that decides; empty if no cell was measured
 * @param sentence what it says, in plain English
 * @param strategies its strategies, in the order in which they were written
 * @since 0.1
 */
public record GroupResult(
    String model,
    String task,
    OptionalInt layers,
    OptionalLong examples,
    Optional<MetricDescription> metric,
    String sentence,
    List<StrategyResult> strategies) {

  /** Copies the strategies. */
  public GroupResult {
    strategies = List.copyOf(strategies);
  }

  /**
   * The strategy that the others are tested against within a margin; empty where that is the
   * baseline, and where there is no margin.
   */
  public Optional<String> reference() {
    return strategies.stream()
        .flatMap(strategy -> strategy.reference().stream())
        .map(MarginReference::name)
        .findFirst();
  }

  /**
   * What the tests of a strategy within a margin say: against the {@link #reference}, or else the
   * baseline.
   *
   * @param strategy a strategy of this group
   * @return empty where it was not tested
   */
  public Optional<Equivalence> equivalence(StrategyResult strategy) {
    return reference().isPresent()
        ? strategy.reference().map(MarginReference::equivalence)
        : strategy.againstBaseline().flatMap(DifferenceResult::equivalence);
  }

  /** The margin within which strategies were tested; empty where there was none. */
  public OptionalDouble margin() {
    return Stream.concat(
            strategies.stream().flatMap(strategy -> equivalence(strategy).stream()),
            differences().flatMap(difference -> difference.equivalence().stream()))
        .mapToDouble(Equivalence::margin)
        .findFirst();
  }

  /** The differences from the baseline and from counterparts. */
  public Stream<DifferenceResult> differences() {
    return strategies.stream()
        .flatMap(
            strategy ->
                Stream.concat(
                    strategy.againstBaseline().stream(), strategy.againstCounterpart().stream()));
  }

  /** The name of the metric with spaces; {@code metric} if no cell was measured. */
  public String metricName() {
    return metric.map(MetricDescription::name).orElse("metric").replace('_', ' ');
  }

  /** Whether a lower value of the metric is the better one. */
  public boolean lowerIsBetter() {
    return metric.map(MetricDescription::lowerIsBetter).orElse(false);
  }
}
