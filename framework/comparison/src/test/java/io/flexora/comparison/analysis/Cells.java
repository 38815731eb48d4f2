package io.flexora.comparison.analysis;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plan.ChosenModule;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.ComparisonResult.Budget;
import io.flexora.results.run.CellOutcome;
import io.flexora.runstore.RecordJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes the cells of a comparison by hand, and reads what is said of them. */
final class Cells {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

  static final MetricDescription ACCURACY = MetricDescription.fraction("accuracy");

  private final List<AnalysedCell> cells = new ArrayList<>();
  private List<Integer> layers = List.of(0);
  private List<ChosenModule> modules = List.of();
  private int depth = 6;
  private String baseline = "all";
  private Map<String, String> counterparts = Map.of();
  private long parameters = 100;
  private OptionalDouble margin = OptionalDouble.empty();
  private Optional<String> reference = Optional.empty();

  /** Within what the strategies are tested for being as good as the baseline. */
  Cells within(double margin) {
    this.margin = OptionalDouble.of(margin);
    return this;
  }

  /** Within what they are tested for being as good as another strategy. */
  Cells within(double margin, String of) {
    reference = Optional.of(of);
    return within(margin);
  }

  /** What the strategies are tested against. */
  Cells against(String strategy, Map<String, String> others) {
    baseline = strategy;
    counterparts = others;
    return this;
  }

  /** How many layers the model has. */
  Cells of(int depth) {
    this.depth = depth;
    return this;
  }

  /** What the next cells chose: whole layers. */
  Cells layers(Integer... chosen) {
    modules = List.of();
    layers = List.of(chosen);
    return this;
  }

  /** What the next cells chose, if that is modules. */
  Cells modules(ChosenModule... chosen) {
    modules = List.of(chosen);
    layers = modules.stream().map(ChosenModule::layer).distinct().sorted().toList();
    return this;
  }

  /** How many parameters the next cells trained. */
  Cells parameters(long trained) {
    parameters = trained;
    return this;
  }

  /** A cell that answered each example right (1) or wrong (0). */
  Cells answers(String strategy, long seed, String answers) {
    double share = answers.chars().filter(answer -> answer == '1').count();
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < answers.length(); i++) {
      predictions.add(
          new Prediction("example " + i, 1, answers.charAt(i) - '0', List.of(-1.0, -2.0))
              .withMetrics(Map.of("accuracy", answers.charAt(i) - 48.0)));
    }
    return done(strategy, seed, ACCURACY, share / answers.length(), 0.01, predictions);
  }

  /** A cell with a value alone. */
  Cells value(String strategy, long seed, MetricDescription deciding, double value) {
    return done(strategy, seed, deciding, value, Double.NaN, List.of());
  }

  /** A cell whose examples have these values of a metric, which is their mean. */
  Cells values(String strategy, long seed, MetricDescription deciding, double... values) {
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      predictions.add(
          new Prediction("example " + i, 0, 1, List.of(-1.0, -2.0))
              .withMetrics(Map.of(deciding.name(), values[i])));
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    return done(strategy, seed, deciding, mean, 0.01, predictions);
  }

  Cells done(
      String strategy,
      long seed,
      MetricDescription deciding,
      double value,
      double error,
      List<Prediction> predictions) {
    CellOutcome outcome =
        CellOutcome.of(seed)
            .selectedLayers(layers)
            .selectedModules(modules)
            .trainableParameters(parameters)
            .metrics(
                Map.of(
                    deciding.name(),
                    new MetricValue(deciding, value, error),
                    "other",
                    new MetricValue(MetricDescription.score("other"), Double.NaN, Double.NaN)))
            .deciding(Optional.of(deciding.name()))
            .seconds(Map.of("search", seed * 1.0, "train", 2.0, "evaluate", 0.5))
            .peakMemoryBytes(Map.of("search", 10L, "train", 30L + seed, "evaluate", 20L))
            .build();
    return add(
        strategy, seed, CellState.DONE, Optional.empty(), Optional.of(outcome), predictions, true);
  }

  Cells failed(String strategy, long seed, String cause) {
    return add(
        strategy, seed, CellState.FAILED, Optional.of(cause), Optional.empty(), List.of(), null);
  }

  Cells missing(String strategy, long seed) {
    return add(
        strategy, seed, CellState.MISSING, Optional.empty(), Optional.empty(), List.of(), null);
  }

  /** The last cell, but outside the budget. */
  Cells outsideBudget() {
    AnalysedCell last = cells.remove(cells.size() - 1);
    cells.add(copy(last, last.task(), Optional.of(false), last.searchCut()));
    return this;
  }

  /** The last cell, but with a search that was cut. */
  Cells searchCut() {
    AnalysedCell last = cells.remove(cells.size() - 1);
    cells.add(copy(last, last.task(), last.withinBudget(), true));
    return this;
  }

  /** The same cell but for what is given. */
  static AnalysedCell copy(
      AnalysedCell cell, String task, Optional<Boolean> withinBudget, boolean searchCut) {
    return new AnalysedCell(
        cell.id(),
        cell.model(),
        task,
        cell.strategy(),
        cell.selector(),
        cell.adapter(),
        cell.seed(),
        cell.state(),
        cell.failure(),
        cell.outcome(),
        cell.examples(),
        cell.layers(),
        withinBudget,
        cell.validationLoss(),
        searchCut,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private Cells add(
      String strategy,
      long seed,
      CellState state,
      Optional<String> failure,
      Optional<CellOutcome> outcome,
      List<Prediction> predictions,
      Boolean withinBudget) {
    cells.add(
        new AnalysedCell(
            "bge.sense." + strategy + "." + seed,
            "bge",
            "sense",
            strategy,
            strategy + "-selector",
            strategy.contains("+")
                ? Optional.of(strategy.replaceFirst(".*[+]", ""))
                : Optional.empty(),
            seed,
            state,
            failure,
            outcome,
            CellExamples.of(predictions),
            outcome.isPresent() ? OptionalInt.of(depth) : OptionalInt.empty(),
            Optional.ofNullable(withinBudget),
            outcome.isPresent() ? OptionalDouble.of(0.9) : OptionalDouble.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            false));
    return this;
  }

  List<AnalysedCell> list() {
    return List.copyOf(cells);
  }

  ComparisonResult result() {
    return ComparisonAnalysis.of(
        new AnalysedComparison(
            "hand-made",
            baseline,
            counterparts,
            List.of(1L, 2L, 3L, 4L),
            new Budget("layers", OptionalDouble.of(2), "excluded", "excluded"),
            margin.stream()
                .mapToObj(
                    most ->
                        new EquivalenceMargin(
                            most, reference.orElse(baseline), "compare.yaml:12:3"))
                .findFirst(),
            Optional.empty(),
            false,
            cells));
  }

  /** The same as the file of a comparison holds it. */
  Map<String, Object> analysed() {
    return json(result());
  }

  static Map<String, Object> json(ComparisonResult result) {
    return JSON.convertValue(RecordJson.tree(result), new TypeReference<>() {});
  }

  /** The only group. */
  Map<?, ?> group() {
    return (Map<?, ?>) ((List<?>) analysed().get("groups")).get(0);
  }

  Map<?, ?> strategy(String name) {
    return strategies().filter(s -> s.get("name").equals(name)).findFirst().orElseThrow();
  }

  Map<?, ?> difference(String strategy) {
    return (Map<?, ?>) strategy(strategy).get("against_baseline");
  }

  /** What is said against the baseline, by strategy. */
  Map<String, Map<?, ?>> differences() {
    Map<String, Map<?, ?>> differences = new TreeMap<>();
    strategies()
        .filter(strategy -> strategy.get("against_baseline") != null)
        .forEach(
            strategy ->
                differences.put(
                    (String) strategy.get("name"), (Map<?, ?>) strategy.get("against_baseline")));
    return differences;
  }

  private Stream<? extends Map<?, ?>> strategies() {
    return ((List<?>) group().get("strategies")).stream().map(strategy -> (Map<?, ?>) strategy);
  }
}
