package io.flexora.comparison.setup;

import io.flexora.api.metric.MetricDescription;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.Location;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The check that a difference can exceed the margin within which strategies are tested. */
public final class MarginCheck {

  private static final double PERCENT = 100;

  private final double margin;
  private final Location location;

  /**
   * Prepares.
   *
   * @param margin the margin, in units of the deciding metric
   * @param resolved the configuration in which it is written
   */
  public MarginCheck(double margin, Mapping resolved) {
    this.margin = margin;
    this.location =
        new ConfigPath(List.of("equivalence", "margin")).in(resolved).orElse(resolved).location();
  }

  /**
   * Refuses a margin by which nothing could be tested.
   *
   * @param deciding the metrics that decide in the groups of the comparison; empty where one is not
   *     known
   */
  public Optional<ConfigProblem> problem(List<Optional<MetricDescription>> deciding) {
    boolean tested =
        deciding.stream()
            .anyMatch(metric -> metric.isEmpty() || margin < greatestDifference(metric.get()));
    if (tested || deciding.isEmpty()) {
      return Optional.empty();
    }
    List<MetricDescription> metrics = deciding.stream().flatMap(Optional::stream).toList();
    double most = metrics.stream().mapToDouble(MarginCheck::greatestDifference).max().orElseThrow();
    String ranges =
        metrics.stream()
            .map(
                metric ->
                    "%s goes from %s to %s"
                        .formatted(
                            metric.name(),
                            number(metric.range().low()),
                            number(metric.range().high())))
            .distinct()
            .collect(Collectors.joining(", "));
    boolean points = metrics.stream().allMatch(MetricDescription::percent);
    return Optional.of(
        new ConfigProblem(
            location,
            "option 'equivalence.margin' is %s, which no difference can exceed: %s; write less than %s%s"
                .formatted(number(margin), ranges, number(most), points ? inPoints() : "")));
  }

  /** What was meant where a margin was written in percentage points. */
  private String inPoints() {
    return ": %s %s %s"
        .formatted(
            number(margin), margin == 1 ? "point is" : "points are", number(margin / PERCENT));
  }

  private static double greatestDifference(MetricDescription metric) {
    return metric.range().ofDifference().high();
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
