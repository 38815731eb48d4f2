package io.flexora.cli.result;

import io.flexora.cli.output.Palette;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.comparison.plan.ComparisonPlan.CostOrigin;
import io.flexora.comparison.plan.ComparisonPlan.MeasuredCost;
import io.flexora.experiment.estimate.Expectation;
import io.flexora.experiment.estimate.StatedCost;
import io.flexora.results.run.RunCell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cells of a comparison with what they are going to take.
 *
 * @since 0.1
 */
public final class PlanTable {

  private static final double MEBIBYTE = 1 << 20;
  private static final double MILLIS = 1e3;
  private static final int COLUMNS_OF_TEXT = 100;
  private static final String UNKNOWN = "unknown";
  private static final Map<CostOrigin, String> WORDS =
      Map.of(
          CostOrigin.BENCHMARK, "benchmark",
          CostOrigin.BEFORE, "cells before",
          CostOrigin.BEFORE_WITHOUT_SEARCH, "cells before, without search");

  private final ComparisonPlan plan;

  /** Makes the table. */
  public PlanTable(ComparisonPlan plan) {
    this.plan = plan;
  }

  /** The lines of the table, then what it is in all, and how that was found out. */
  public List<String> lines(Palette palette, int columns) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("CELL"),
                TextTable.words("STATE"),
                TextTable.numbers("SEARCH").ifThereIsRoom(),
                TextTable.numbers("TRAINING").ifThereIsRoom(),
                TextTable.numbers("MEMORY"),
                TextTable.numbers("SECONDS"),
                TextTable.words("MEASURED BY").ifThereIsRoom(2)));
    plan.cells().forEach(cell -> table.row(row(cell)));
    List<String> lines = new ArrayList<>(table.lines(palette, columns));
    lines.add("");
    lines.addAll(
        Paragraph.wrap(
            "Search and training are in gradients of one example: a product with the Hessian counts"
                + " as two, a forward pass as a third.",
            0,
            Math.min(columns, COLUMNS_OF_TEXT)));
    Stream.of(
            Stream.of(summary()),
            tuning().stream(),
            how().stream(),
            decisions(),
            missing().stream(),
            expectations().stream())
        .flatMap(said -> said)
        .forEach(
            sentence ->
                lines.addAll(Paragraph.wrap(sentence, 0, Math.min(columns, COLUMNS_OF_TEXT))));
    return lines;
  }

  private static List<String> row(ComparisonPlan.CellPlan cell) {
    return List.of(
        cell.id().id(),
        cell.state().word(),
        cell.stated().map(s -> examples(s.search().equivalentGradients())).orElse(UNKNOWN),
        cell.stated()
            .map(s -> examples((double) s.training().trainingGradients().examples()))
            .orElse(UNKNOWN),
        memory(cell).map(bytes -> "%.0f MiB".formatted(bytes / MEBIBYTE)).orElse(UNKNOWN),
        cell.cost().map(PlanTable::seconds).orElse(UNKNOWN),
        cell.cost().map(cost -> WORDS.get(cost.measured())).orElse(""));
  }

  private static String examples(double gradients) {
    return String.format(Locale.ROOT, "%,.0f", gradients);
  }

  /** What was measured; by the shapes of the model where nothing was. */
  private static Optional<Long> memory(ComparisonPlan.CellPlan cell) {
    return cell.cost()
        .filter(MeasuredCost::isWhole)
        .map(MeasuredCost::peakMemoryBytes)
        .filter(bytes -> bytes > 0)
        .or(() -> cell.stated().map(stated -> stated.memory().total()));
  }

  private static String seconds(MeasuredCost cost) {
    String text = String.format(Locale.ROOT, "%.1f", cost.time().toMillis() / MILLIS);
    return cost.isWhole() ? text : "at least " + text;
  }

  /** How many cells there are, and what those take that are to be run. */
  public String summary() {
    List<ComparisonPlan.CellPlan> toRun = toRun();
    OptionalLong memory =
        toRun.stream().flatMap(cell -> memory(cell).stream()).mapToLong(Long::longValue).max();
    return "%d cells, %d to run%s. %s"
        .formatted(
            plan.cells().size(),
            toRun.size(),
            memory.isPresent()
                ? ", each with up to %.0f MiB".formatted(memory.getAsLong() / MEBIBYTE)
                : "",
            time(toRun));
  }

  private List<ComparisonPlan.CellPlan> toRun() {
    return plan.cells().stream().filter(ComparisonPlan.CellPlan::isToRun).toList();
  }

  private String time(List<ComparisonPlan.CellPlan> toRun) {
    List<MeasuredCost> known =
        toRun.stream().map(ComparisonPlan.CellPlan::cost).flatMap(Optional::stream).toList();
    if (known.isEmpty()) {
      return toRun.isEmpty() ? "There is nothing to run." : "Their time is unknown.";
    }
    Duration sum = known.stream().map(MeasuredCost::time).reduce(Duration.ZERO, Duration::plus);
    boolean whole = known.size() == toRun.size() && known.stream().allMatch(MeasuredCost::isWhole);
    String about = whole ? "about " : "more than ";
    int places = plan.parallelCells().orElse(1);
    return "Sequentially they take %s%s.%s"
        .formatted(
            about,
            inWords(sum),
            places == 1
                ? ""
                : " %d at a time, as the runner is told, they take %s%s on machines like this one."
                    .formatted(places, about, inWords(plan.together(places))));
  }

  private static String inWords(Duration time) {
    return time.toHours() > 0
        ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
        : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
  }

  /** Which examples a tuning looks at, and which it does not. */
  private Optional<String> tuning() {
    return plan.tuning()
        .map(
            tuned ->
                String.format(
                    Locale.ROOT,
                    "Tuning of %s by %s: %.0f %% of the validation examples judge the trials, and"
                        + " no search and no training sees them; the others serve the searches and"
                        + " stop the trainings. The test examples are seen once, by what the trials"
                        + " chose.%s Cells in one process do not repeat what a trial has searched"
                        + " or trained, so they may take less.",
                    String.join(", ", tuned.options()),
                    tuned.tuner(),
                    100 * tuned.share(),
                    tuned.tiesInWords().stream()
                        .map(" In each trial, %s."::formatted)
                        .collect(Collectors.joining())));
  }

  /** How the figures were found out. */
  private Optional<String> how() {
    return plan.benchmarked().isZero()
        ? Optional.empty()
        : Optional.of(
            ("Measured by a benchmark of %d s: of each strategy some steps of its search and of its"
                    + " training, an evaluation of a few validation examples and the scoring of a few"
                    + " test examples were timed and multiplied. A training that ends early takes"
                    + " less. Memory is that of the whole process.")
                .formatted(Math.max(1, plan.benchmarked().toSeconds())));
  }

  /** What is left to this machine, of each model. */
  private Stream<String> decisions() {
    return plan.decisions().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(
            model ->
                model.getValue().entrySet().stream()
                    .map(
                        decision ->
                            "Of model '%s', %s."
                                .formatted(
                                    model.getKey(), decision.getValue().line(decision.getKey()))));
  }

  /** Why figures are missing, once for all cells that miss them for the same reason. */
  private List<String> missing() {
    Map<String, List<String>> causes = new LinkedHashMap<>();
    for (ComparisonPlan.CellPlan cell : toRun()) {
      cell.missing()
          .ifPresent(
              cause -> causes.computeIfAbsent(cause, c -> new ArrayList<>()).add(cell.id().id()));
    }
    return causes.entrySet().stream()
        .map(cause -> "No estimate for %s: %s".formatted(cells(cause.getValue()), cause.getKey()))
        .toList();
  }

  private String cells(List<String> ids) {
    return ids.size() == plan.cells().size()
        ? "all cells"
        : ids.get(0) + (ids.size() > 1 ? " and %d more".formatted(ids.size() - 1) : "");
  }

  /** What was measured elsewhere of the strategies, whatever adapter and trainer they have. */
  private List<String> expectations() {
    Map<String, List<Expectation>> expectations = new LinkedHashMap<>();
    for (ComparisonPlan.CellPlan cell : plan.cells()) {
      cell.stated()
          .flatMap(StatedCost::expectation)
          .ifPresent(
              found ->
                  expectations
                      .computeIfAbsent(
                          RunCell.of(cell.id().strategy()).trained(), s -> new ArrayList<>())
                      .add(found));
    }
    return ExpectationLines.together(expectations);
  }

  /** The same for programs. */
  public Map<String, Object> members() {
    return Map.of(
        "cells",
        plan.cells().stream().map(PlanTable::members).toList(),
        "decisions",
        plan.decisions());
  }

  private static Map<String, Object> members(ComparisonPlan.CellPlan cell) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", cell.id().id());
    members.put("model", cell.id().model());
    members.put("task", cell.id().task());
    members.put("strategy", cell.id().strategy());
    members.put("seed", cell.id().seed());
    cell.id().trial().ifPresent(trial -> members.put("trial", trial));
    members.put("state", cell.state().word());
    cell.sameLayers().ifPresent(layers -> members.put("same_layers", layers));
    cell.stated()
        .ifPresent(
            stated -> {
              members.put("search", stated.search());
              members.put("search_gradients", stated.search().equivalentGradients());
              members.put("training_gradients", stated.training().trainingGradients().examples());
              stated
                  .expectation()
                  .ifPresent(found -> members.put("expected", ExpectationLines.members(found)));
            });
    memory(cell).ifPresent(bytes -> members.put("memory_bytes", bytes));
    cell.cost()
        .ifPresent(
            cost -> {
              members.put("seconds", cost.time().toMillis() / MILLIS);
              members.put("search_included", cost.isWhole());
              members.put("measured", cost.measured().name().toLowerCase(Locale.ROOT));
            });
    cell.missing().ifPresent(cause -> members.put("estimate_missing", cause));
    return members;
  }
}
