package io.flexora.report.table;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.OutcomeColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cell as a row of a tidy table: what it is a cell of is repeated in each row, what is unknown is
 * empty, layers are listed as {@code 0 3 5}.
 */
record CellRow(
    ComparisonResult result, GroupResult group, StrategyResult strategy, SeedResult cell) {

  /** The names of the columns before those of the outcome. */
  private static final List<String> HEAD =
      List.of(
          "comparison",
          "cell",
          "model",
          "task",
          "strategy",
          "selector",
          "is_baseline",
          "seed",
          "state",
          "failure",
          "metric",
          "higher_is_better",
          "value",
          "standard_error",
          "validation_loss",
          "examples",
          "layers");

  private static final List<OutcomeColumn> MEASURED = OutcomeColumn.in(OutcomeColumn.Table.CSV);

  /** The names of the columns behind those of the outcome. */
  private static final List<String> KEPT = List.of("within_budget", "search_cut");

  private static final String FORMULA = "=+-@\t\r";
  private static final String ADAPTER = "adapter";
  private static final String TRAINER = "trainer";

  /** What a comparison with a margin tells of a strategy against the baseline, or another one. */
  private static final List<String> EQUIVALENCE =
      List.of(
          "equivalence_margin",
          "equivalence_against",
          "equivalence",
          "p_not_worse_adjusted",
          "p_equivalent_adjusted");

  /** What a comparison tells of how the values of a cell were chosen. */
  private static final List<String> TUNING =
      List.of(
          "tuning_trials",
          "tuning_chosen",
          "tuning_values",
          "tuning_gain",
          "tuning_seconds",
          "tuning_training_steps",
          "tuning_peak_memory_bytes");

  /** The ends of the 95 % interval of the value. */
  private static final List<String> INTERVAL = List.of("interval_low", "interval_high");

  /**
   * The columns that only some comparisons have: the adapter has one where adapters are compared,
   * the trainer where trainers are, equivalence has some where it is tested, tuning where there was
   * one, the interval of the value where a cell has one, and each metric has one.
   */
  record Columns(
      boolean adapter,
      boolean trainer,
      boolean equivalence,
      boolean tuning,
      boolean interval,
      List<String> metrics) {

    static Columns of(ComparisonResult result) {
      return new Columns(
          anyRow(result, row -> row.adapter().isPresent()),
          anyRow(result, row -> row.trainer().isPresent()),
          testsEquivalence(result),
          result.tuning().isPresent(),
          hasIntervals(result),
          CellRow.metrics(result).toList());
    }

    /** The names of all columns. */
    List<String> head() {
      List<String> head = new ArrayList<>(HEAD);
      MEASURED.forEach(column -> head.add(column.name()));
      head.addAll(KEPT);
      if (adapter) {
        head.add(ADAPTER);
      }
      if (trainer) {
        head.add(TRAINER);
      }
      if (equivalence) {
        head.addAll(EQUIVALENCE);
      }
      if (tuning) {
        head.addAll(TUNING);
      }
      if (interval) {
        head.addAll(INTERVAL);
      }
      metrics.forEach(name -> head.add("metric_" + name));
      return head;
    }
  }

  /** The names of the columns. */
  static List<String> head(ComparisonResult result) {
    return Columns.of(result).head();
  }

  /** The names of all metrics, sorted. */
  private static Stream<String> metrics(ComparisonResult result) {
    return result.groups().stream()
        .flatMap(group -> group.strategies().stream())
        .flatMap(strategy -> strategy.cells().stream())
        .flatMap(cell -> cell.metrics().keySet().stream())
        .distinct()
        .sorted();
  }

  private static boolean anyRow(ComparisonResult result, Predicate<StrategyResult> predicate) {
    return result.groups().stream()
        .flatMap(group -> group.strategies().stream())
        .anyMatch(predicate);
  }

  private static boolean testsEquivalence(ComparisonResult result) {
    return result.groups().stream()
        .anyMatch(
            group -> group.strategies().stream().anyMatch(s -> group.equivalence(s).isPresent()));
  }

  private static boolean hasIntervals(ComparisonResult result) {
    return result.groups().stream()
        .anyMatch(
            group ->
                group.strategies().stream()
                    .flatMap(strategy -> strategy.cells().stream())
                    .anyMatch(cell -> interval(group, cell).isPresent()));
  }

  private static Optional<ConfidenceInterval> interval(GroupResult group, SeedResult cell) {
    return group
        .metric()
        .map(metric -> cell.metrics().get(metric.name()))
        .flatMap(MetricValue::interval);
  }

  /** The fields, in the order of {@link Columns#head}. */
  List<String> fields(Columns columns) {
    List<String> fields = new ArrayList<>(common());
    MEASURED.forEach(column -> fields.add(measured(column)));
    fields.add(text(cell.withinBudget()));
    fields.add(text(cell.searchCut()));
    if (columns.adapter()) {
      fields.add(text(strategy.adapter()));
    }
    if (columns.trainer()) {
      fields.add(text(strategy.trainer()));
    }
    if (columns.equivalence()) {
      fields.addAll(equivalence());
    }
    if (columns.tuning()) {
      fields.addAll(tuning());
    }
    if (columns.interval()) {
      fields.addAll(interval());
    }
    columns.metrics().forEach(name -> fields.add(metric(name)));
    return fields;
  }

  private List<String> equivalence() {
    return group
        .equivalence(strategy)
        .map(
            found ->
                List.of(
                    Double.toString(found.margin()),
                    group.reference().orElse(result.baseline()),
                    found.verdict().words(),
                    text(found.pNotWorseAdjusted()),
                    text(found.pEquivalentAdjusted())))
        .orElse(Collections.nCopies(EQUIVALENCE.size(), ""));
  }

  private List<String> interval() {
    return interval(group, cell)
        .map(ends -> List.of(Double.toString(ends.low()), Double.toString(ends.high())))
        .orElse(Collections.nCopies(INTERVAL.size(), ""));
  }

  private List<String> tuning() {
    return cell.tuning()
        .map(
            tuning ->
                List.of(
                    Integer.toString(tuning.trials().size()),
                    tuning.chosen().isPresent() ? Integer.toString(tuning.chosen().getAsInt()) : "",
                    text(tuning.kept().map(trial -> values(trial.values()))),
                    text(tuning.gain()),
                    Double.toString(tuning.seconds()),
                    Long.toString(tuning.trainingSteps()),
                    text(tuning.peakMemoryBytes())))
        .orElse(Collections.nCopies(TUNING.size(), ""));
  }

  /** Values as {@code trainer.learning_rate=0.002 adapter.lora_rank=8}. */
  private static String values(Map<String, String> values) {
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private List<String> common() {
    return List.of(
        name(result.name()),
        name(cell.id()),
        name(group.model()),
        name(group.task()),
        name(strategy.name()),
        name(strategy.selector()),
        Boolean.toString(strategy.name().equals(result.baseline())),
        Long.toString(cell.seed()),
        cell.state().word(),
        text(cell.failure()),
        text(group.metric().map(MetricDescription::name)),
        text(group.metric().map(metric -> !metric.lowerIsBetter())),
        text(cell.value()),
        text(cell.standardError()),
        text(cell.validationLoss()),
        text(group.examples()),
        group.layers().isPresent() ? Integer.toString(group.layers().getAsInt()) : "");
  }

  /** A name; an apostrophe keeps one that begins like a formula from being one in spreadsheets. */
  private static String name(String name) {
    return name.isEmpty() || FORMULA.indexOf(name.charAt(0)) < 0 ? name : "'" + name;
  }

  private String measured(OutcomeColumn column) {
    Optional<Object> value = cell.outcome().flatMap(column::of);
    return switch (column.type()) {
      case LAYERS -> value.map(layers -> spaced((List<?>) layers, Object::toString)).orElse("");
      case MODULES -> value.map(modules -> spaced((List<?>) modules, CellRow::module)).orElse("");
      case REAL -> text(value.stream().mapToDouble(number -> (Double) number).findFirst());
      default -> text(value);
    };
  }

  private String metric(String name) {
    MetricValue measured = cell.metrics().get(name);
    return text(measured == null ? OptionalDouble.empty() : OptionalDouble.of(measured.value()));
  }

  private static String spaced(List<?> elements, Function<Object, String> word) {
    return elements.stream().map(word).collect(Collectors.joining(" "));
  }

  /**
   * Such as {@code 0.q_proj}, {@code 3.v_proj:4} or {@code 5.q_proj:shared}: the layer, the module
   * and, where it was chosen, the rank.
   */
  private static String module(Object element) {
    ChosenModule chosen = (ChosenModule) element;
    return chosen.layer()
        + "."
        + chosen.module()
        + (chosen.rank().isPresent() ? ":" + chosen.rank().getAsInt() : "")
        + (chosen.shared() ? ":shared" : "");
  }

  private static String text(Optional<?> value) {
    return value.map(Object::toString).orElse("");
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "";
  }

  private static String text(OptionalDouble value) {
    boolean known = value.isPresent() && Double.isFinite(value.getAsDouble());
    return known ? Double.toString(value.getAsDouble()) : "";
  }
}
