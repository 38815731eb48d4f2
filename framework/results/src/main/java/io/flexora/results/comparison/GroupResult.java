package io.flexora.results.comparison;

import io.flexora.api.metric.MetricDescription;
import io.flexora.results.comparison.StrategyResult.Reference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

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
        .map(Reference::name)
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
        ? strategy.reference().map(Reference::equivalence)
        : strategy.againstBaseline().flatMap(DifferenceResult::equivalence);
  }
}
