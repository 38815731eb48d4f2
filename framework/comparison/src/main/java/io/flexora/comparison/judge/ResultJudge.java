package io.flexora.comparison.judge;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Range;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.analysis.AnalysedCell;
import io.flexora.comparison.analysis.AnalysedComparison;
import io.flexora.comparison.analysis.CellExamples;
import io.flexora.comparison.analysis.ComparisonAnalysis;
import io.flexora.comparison.analysis.EquivalenceMargin;
import io.flexora.comparison.analysis.ExampleColumn;
import io.flexora.files.message.NearestName;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.run.CellOutcome;
import io.flexora.statistics.Sample;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Judges results that were made elsewhere, as a comparison judges its cells: it reads their files
 * and hands the values to the same analysis. It needs neither a model nor an engine nor a host.
 *
 * @since 0.1
 */
public final class ResultJudge {

  private final JudgeOptions options;
  private final ForeignResults results;
  private final List<String> notes = new ArrayList<>();
  private final List<AnalysedCell> cells = new ArrayList<>();
  private final List<MetricDescription> metrics = new ArrayList<>();

  private ResultJudge(JudgeOptions options, ForeignResults results) {
    this.options = options;
    this.results = results;
  }

  /**
   * Reads and judges results.
   *
   * @param sources files and folders as {@code PATH}, {@code NAME=PATH} or {@code NAME@SEED=PATH}
   * @throws FlexoraException with the file, and the line where there is one, if something cannot be
   *     read or compared
   */
  public static JudgedResults of(List<String> sources, JudgeOptions options) {
    return new ResultJudge(options, new ResultFiles(options).read(sources)).judge();
  }

  private JudgedResults judge() {
    results.groups().forEach(this::add);
    notes.addAll(0, results.notes());
    String baseline = baseline();
    ComparisonResult result =
        ComparisonAnalysis.of(
            new AnalysedComparison(
                options.name(),
                baseline,
                Map.of(),
                results.cells().stream()
                    .map(cell -> cell.key().seed())
                    .distinct()
                    .sorted()
                    .toList(),
                Budget.UNKNOWN,
                margin(baseline),
                Optional.empty(),
                /* oneSeedByExamples= */ true,
                cells));
    return new JudgedResults(UnpairedResults.said(result), notes);
  }

  private void add(ForeignResults.Group group, List<ForeignCell> all) {
    ForeignTask task = all.get(0).task();
    String words = group.model() + " on " + group.task();
    PairedRows paired = new PairedRows(words, task, all);
    notes.addAll(paired.notes());
    long strategies = all.stream().map(cell -> cell.key().strategy()).distinct().count();
    if (strategies == 1) {
      notes.add(
          words
              + " has results of %s alone, so nothing is compared there; --model NAME compares results of several models."
                  .formatted(all.get(0).key().strategy()));
    }
    MetricDescription metric = metric(task, all);
    metrics.add(metric);
    OptionalLong counted = metric.percent() ? ExampleCount.of(all, options) : OptionalLong.empty();
    counted.ifPresent(
        count -> {
          if (all.stream().allMatch(cell -> cell.count().isEmpty())) {
            notes.add(
                "The values of %s are shares of %,d examples, or of a multiple: all of them are multiples of 1 / %d."
                    .formatted(words, count, count));
          }
        });
    all.forEach(cell -> cells.add(cell(cell, paired.column(cell), metric, counted)));
  }

  private MetricDescription metric(ForeignTask task, List<ForeignCell> all) {
    String name = task.metric().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    String plain = name.matches("[a-z].*") ? name : "metric_" + name;
    boolean lower = options.lowerIsBetter() || task.isLowerBetter();
    if (!lower) {
      return all.stream().allMatch(ForeignCell::isFraction)
          ? MetricDescription.fraction(plain)
          : MetricDescription.score(plain);
    }
    MetricDescription error = MetricDescription.error(plain);
    return all.stream().allMatch(ForeignCell::isPositive) ? error : error.withRange(Range.ALL);
  }

  private static AnalysedCell cell(
      ForeignCell of, ExampleColumn column, MetricDescription metric, OptionalLong counted) {
    CellExamples examples = CellExamples.of(column);
    Optional<Sample> sample = column.sample();
    double value = sample.map(Sample::mean).orElseGet(() -> of.value().orElseThrow());
    OptionalDouble error = sample.isPresent() ? error(sample.get()) : error(of, value, counted);
    ForeignCell.Key key = of.key();
    CellOutcome outcome =
        CellOutcome.of(key.seed())
            .trainableParameters(of.parameters())
            .seconds(of.seconds())
            .metrics(
                Map.of(metric.name(), new MetricValue(metric, value, error.orElse(Double.NaN))))
            .deciding(Optional.of(metric.name()))
            .build();
    return new AnalysedCell(
        "%s.%s.%s.%d".formatted(key.model(), key.task(), key.strategy(), key.seed()),
        key.model(),
        key.task(),
        key.strategy(),
        key.strategy(),
        Optional.empty(),
        key.seed(),
        CellState.DONE,
        Optional.empty(),
        Optional.of(outcome),
        examples,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private static OptionalDouble error(Sample sample) {
    return sample.standardDeviation().isPresent()
        ? OptionalDouble.of(sample.standardDeviation().getAsDouble() / Math.sqrt(sample.size()))
        : OptionalDouble.empty();
  }

  /** That of a share of so many examples, where the file tells none. */
  private static OptionalDouble error(ForeignCell cell, double share, OptionalLong counted) {
    OptionalLong count = cell.count().isPresent() ? cell.count() : counted;
    return cell.error().isPresent() || count.isEmpty() || !(share >= 0 && share <= 1)
        ? cell.error()
        : OptionalDouble.of(Math.sqrt(share * (1 - share) / count.getAsLong()));
  }

  private List<String> strategies() {
    return results.cells().stream().map(cell -> cell.key().strategy()).distinct().toList();
  }

  private String baseline() {
    String first = strategies().get(0);
    if (options.against().isEmpty() && strategies().size() > 2) {
      notes.add(
          "The others are tested against %s, the first; --against chooses another."
              .formatted(first));
    }
    return options.against().map(name -> known("--against", name)).orElse(first);
  }

  private String known(String option, String name) {
    if (!strategies().contains(name)) {
      throw new FlexoraException(
          "%s '%s': no result is of that strategy%s"
              .formatted(option, name, NearestName.hint(name, strategies())));
    }
    return name;
  }

  private Optional<EquivalenceMargin> margin(String baseline) {
    if (options.margin().isEmpty()) {
      options
          .marginAgainst()
          .ifPresent(
              name -> {
                throw new FlexoraException("--margin-against needs --margin, such as 0.01");
              });
      return Optional.empty();
    }
    double margin = options.margin().getAsDouble();
    double most =
        metrics.stream().mapToDouble(of -> of.range().ofDifference().high()).max().orElseThrow();
    if (!(margin > 0 && margin < most)) {
      boolean points = metrics.stream().allMatch(MetricDescription::percent);
      throw new FlexoraException(
          "--margin %s is not accepted; write a number above 0 %s"
              .formatted(
                  BigDecimal.valueOf(margin).stripTrailingZeros().toPlainString(),
                  points
                      ? "and below 1, in units of the metric: half a point of an accuracy is 0.005"
                      : "in units of the metric"));
    }
    String against =
        options.marginAgainst().map(n -> known("--margin-against", n)).orElse(baseline);
    return Stream.of(new EquivalenceMargin(margin, against, "--margin")).findFirst();
  }
}
