package io.flexora.report.table;

import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.DifferenceResult;
import io.flexora.results.comparison.Equivalence;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.comparison.StrategyResult.Counterpart;
import io.flexora.results.comparison.StrategyResult.MarginReference;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The table of a model and a task: a row for each strategy, the baseline above a rule of its own.
 * Where strategies have counterparts, the differences from those stand below, and where they were
 * tuned, what that chose.
 *
 * @param result what the comparison found
 * @param group one of its groups
 * @param number which one, from 1
 */
record LatexTable(ComparisonResult result, GroupResult group, int number) {

  private static final String EQUIVALENT = "$^=$";
  private static final String NOT_WORSE = "$^\\geq$";
  private static final String BEYOND = "$^\\dagger$";

  String text() {
    Optional<LatexTuning> tuning =
        result.tuning().map(tuned -> new LatexTuning(group, tuned, result.baseline(), decimals()));
    return String.join(
        "\n",
        "\\begin{table}",
        "\\centering",
        "\\caption{" + caption() + tuning.map(LatexTuning::caption).orElse("") + "}",
        "\\label{tab:" + label() + "}",
        "\\footnotesize",
        "\\setlength{\\tabcolsep}{2.5pt}",
        new LatexTabular("lrrrrrrr", head(), rows()).text(),
        counterparts() + tuning.map(LatexTuning::text).orElse("") + "\\end{table}",
        "");
  }

  /** A smaller table of the strategies against their counterparts; empty if there are none. */
  private String counterparts() {
    List<String> rows =
        strategies().stream()
            .flatMap(strategy -> strategy.counterpart().map(other -> row(strategy, other)).stream())
            .toList();
    return new LatexTabular("llrr", "Strategy & Against & Difference & $p$ \\\\", rows).below();
  }

  private String row(StrategyResult strategy, Counterpart other) {
    return String.join(
        " & ",
        LatexText.of(strategy.name()),
        LatexText.of(other.name()),
        other.difference().map(this::markedDifference).orElse(LatexNumber.NONE),
        probability(other.difference()) + " \\\\");
  }

  private String head() {
    String metric = LatexText.of(group.metricName());
    String arrow = group.lowerIsBetter() ? "down" : "up";
    return "Strategy & Layers & %s $\\%sarrow$ & SD & Difference & $p$ & Params & Seconds \\\\"
        .formatted(metric, arrow);
  }

  private List<String> rows() {
    List<String> rows = new ArrayList<>();
    strategies().stream().filter(this::isBaseline).forEach(strategy -> rows.add(row(strategy)));
    if (!rows.isEmpty() && strategies().size() > rows.size()) {
      rows.add("\\midrule");
    }
    strategies().stream()
        .filter(strategy -> !isBaseline(strategy))
        .forEach(strategy -> rows.add(row(strategy)));
    return rows;
  }

  private String row(StrategyResult strategy) {
    Optional<DifferenceResult> against = strategy.againstBaseline();
    return String.join(
        " & ",
        LatexText.of(strategy.name())
            + (strategy.exceedsBudget() ? BEYOND : "")
            + incomplete(strategy),
        layers(strategy),
        LatexNumber.fixed(strategy.mean(), decimals())
            + mark(strategy.reference().map(MarginReference::equivalence)),
        LatexNumber.fixed(strategy.standardDeviation(), decimals()),
        against
            .map(d -> group.reference().isEmpty() ? markedDifference(d) : difference(d, ""))
            .orElse(LatexNumber.NONE),
        probability(against),
        LatexNumber.count(strategy.trainableParameters()),
        LatexNumber.fixed(strategy.seconds(), 1) + " \\\\");
  }

  private static String probability(Optional<DifferenceResult> against) {
    boolean clear = against.map(difference -> difference.verdict().clear()).orElse(false);
    String p =
        LatexNumber.probability(
            against.map(DifferenceResult::pAdjusted).orElse(OptionalDouble.empty()));
    return clear ? "{\\boldmath" + p + "}" : p;
  }

  /** A difference with what is shown of it within a margin. */
  private String markedDifference(DifferenceResult against) {
    return difference(against, mark(against.equivalence()));
  }

  private String difference(DifferenceResult against, String mark) {
    return LatexNumber.signed(OptionalDouble.of(against.difference()), decimals())
        + mark
        + against
            .interval()
            .map(interval -> "\\," + LatexNumber.interval(interval, decimals()))
            .orElse("");
  }

  private static String mark(Optional<Equivalence> tests) {
    return tests
        .map(
            found ->
                switch (found.verdict()) {
                  case EQUIVALENT -> EQUIVALENT;
                  case NOT_WORSE -> NOT_WORSE;
                  case NOT_SHOWN, TOO_FEW_SEEDS -> "";
                })
        .orElse("");
  }

  /** What the marks of equivalence mean; empty where it was not tested. */
  private String margin() {
    List<Equivalence> ofDifferences =
        group.differences().flatMap(difference -> difference.equivalence().stream()).toList();
    List<Equivalence> tested =
        Stream.concat(
                strategies().stream().flatMap(strategy -> group.equivalence(strategy).stream()),
                ofDifferences.stream())
            .toList();
    if (tested.isEmpty()) {
      return "";
    }
    String margin = new BigDecimal(Double.toString(tested.get(0).margin())).toPlainString();
    Optional<String> reference = group.reference().map(LatexText::of);
    return tested.stream().allMatch(e -> e.verdict() == Equivalence.Verdict.TOO_FEW_SEEDS)
        ? " Equivalence%s within $%s$ is not judged, for which fewer than three seeds are too few."
            .formatted(reference.map(" to "::concat).orElse(""), margin)
        : (" %s\\,Equivalent%s within $%s$, %s\\,not worse%s by more than that (one-sided paired"
                + " $t$-tests over seeds%s, adjusted by Holm's method)%s.")
            .formatted(
                EQUIVALENT,
                reference.map(" to "::concat).orElse(""),
                margin,
                NOT_WORSE,
                reference.map(" than "::concat).orElse(""),
                tested.stream().allMatch(e -> e.overExamples().isEmpty())
                    ? ""
                    : ", over examples and over both at once",
                reference.isPresent() && !ofDifferences.isEmpty()
                    ? "; at a difference below, the same against the strategy beside it"
                    : "");
  }

  /** A remark on a strategy of which not every seed has a value. */
  private static String incomplete(StrategyResult strategy) {
    int values = strategy.values();
    int all = strategy.cells().size();
    return values == all ? "" : " (" + values + " of " + all + " seeds)";
  }

  /** How many layers; of results from elsewhere that is not known. */
  private String layers(StrategyResult strategy) {
    IntSummaryStatistics counts = strategy.layerCounts();
    if (counts.getCount() == 0 || (group.layers().isEmpty() && counts.getMax() == 0)) {
      return LatexNumber.NONE;
    }
    int least = counts.getMin();
    int most = counts.getMax();
    return least == most ? "$" + least + "$" : "$" + least + "$--$" + most + "$";
  }

  private String caption() {
    return "%s on %s: %s of each strategy%s%s. "
            .formatted(
                LatexText.of(group.model()),
                LatexText.of(group.task()),
                LatexText.of(group.metricName()),
                seeds(),
                examples())
        + budget()
        + "Differences are paired, against "
        + LatexText.of(result.baseline())
        + (strategies().stream().anyMatch(s -> s.counterpart().isPresent())
            ? ", and below with the strategy held equal"
            : "")
        + new LatexDifferences(group.differences().toList(), result.confidence()).text()
        + ". Seconds include the search"
        + (result.tuning().isPresent() ? " and the trials of the tuning." : ".")
        + (strategies().stream().anyMatch(StrategyResult::exceedsBudget)
            ? " " + BEYOND + "\\,Exceeds the budget."
            : "")
        + margin();
  }

  /** Over how many seeds the means are: those with a value, which may be fewer than planned. */
  private String seeds() {
    IntSummaryStatistics values =
        strategies().stream()
            .mapToInt(StrategyResult::values)
            .filter(count -> count > 0)
            .summaryStatistics();
    if (values.getCount() == 0) {
      return "";
    }
    int most = values.getMax();
    if (most == 1) {
      return " with one seed";
    }
    String least = values.getMin() == most ? "" : values.getMin() + " to ";
    return "; mean and standard deviation over " + least + most + " seeds";
  }

  private String examples() {
    return group.examples().isPresent()
        ? " on "
            + LatexNumber.count(OptionalDouble.of((double) group.examples().getAsLong()))
            + " test examples"
        : "";
  }

  private String budget() {
    ComparisonResult.Budget budget = result.budget();
    return LatexNumber.known(budget.amount())
        ? "Held equal: %s %s. "
            .formatted(LatexNumber.written(budget.amount()), LatexText.of(budget.hold()))
        : "";
  }

  private String label() {
    String name = String.join("-", group.model(), group.task());
    return number + "-" + name.replaceAll("[^A-Za-z0-9]+", "-");
  }

  private int decimals() {
    return LatexNumber.decimals(
        strategies().stream()
            .flatMapToDouble(strategy -> strategy.standardDeviation().stream())
            .filter(deviation -> deviation > 0)
            .min()
            .orElse(0));
  }

  private boolean isBaseline(StrategyResult strategy) {
    return strategy.name().equals(result.baseline());
  }

  private List<StrategyResult> strategies() {
    return group.strategies();
  }
}
