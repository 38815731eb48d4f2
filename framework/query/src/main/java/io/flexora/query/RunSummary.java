package io.flexora.query;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.comparison.setup.ComparedRow;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.comparison.GroupResult;
import io.flexora.results.comparison.SeedResult;
import io.flexora.results.comparison.StrategyResult;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.CellResult;
import io.flexora.results.run.Provenance;
import io.flexora.results.run.RunResult;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A run or a comparison in a line of a list. Of a run, the numbers are those of its main cell and
 * the times those of all cells; of a comparison with one model and task, the metric is that of the
 * strategy with the best mean.
 *
 * @param comparison whether it is a comparison
 * @param name the name that its configuration gives
 * @param started when it began last; empty if it has not begun
 * @param ended whether it has ended
 * @param failed the cells that failed, sorted
 * @param models its models
 * @param tasks its tasks
 * @param strategies its strategies, that of the main cell first; of a comparison its rows, those of
 *     posteriors last
 * @param options every option by its path, such as {@code trainer.learning_rate}
 * @param metrics the main cell's metrics; of a comparison only the metric that decides
 * @param metric the metric that decides; empty if it has not ended, or has more than one
 * @param best the strategy of that metric
 * @param seconds the time of all cells by phase, in seconds; of a comparison also that of the
 *     {@code trials} of its tuning
 * @param peakMemoryBytes the highest memory of all cells
 * @param trainableParameters the length of the main cell's theta
 * @since 0.1
 */
public record RunSummary(
    boolean comparison,
    String name,
    Optional<Instant> started,
    boolean ended,
    List<String> failed,
    List<String> models,
    List<String> tasks,
    List<String> strategies,
    Map<String, String> options,
    List<MetricValue> metrics,
    Optional<MetricValue> metric,
    Optional<String> best,
    Map<String, Double> seconds,
    OptionalLong peakMemoryBytes,
    OptionalLong trainableParameters) {

  /** Copies the lists and the maps. */
  public RunSummary {
    Objects.requireNonNull(metric);
    failed = List.copyOf(failed);
    models = List.copyOf(models);
    tasks = List.copyOf(tasks);
    strategies = List.copyOf(strategies);
    options = Map.copyOf(options);
    metrics = List.copyOf(metrics);
    seconds = Map.copyOf(seconds);
  }

  /**
   * Reads the summary of a run or a comparison. No plugin is needed, and no record is read.
   *
   * @throws io.flexora.api.run.FlexoraException if it is neither, or a file in it is damaged
   */
  public static RunSummary of(Path folder) {
    return ComparisonFolder.isComparison(folder) ? ofComparison(folder) : ofRun(folder);
  }

  /**
   * Reads every option of a run or a comparison by its path, such as {@code trainer.learning_rate}.
   *
   * @throws io.flexora.api.run.FlexoraException if it is neither, or the file was changed
   */
  public static Map<String, String> configuration(Path folder) {
    return written(folder).flat();
  }

  /**
   * Reads a file of an experiment or a comparison as it is written: maps, lists and texts, null for
   * no value.
   *
   * @throws io.flexora.api.run.FlexoraException if it cannot be read
   */
  public static Map<String, Object> tree(Path file) {
    return new Written(new ConfigurationReader().read(file)).tree();
  }

  private static Written written(Path folder) {
    String yaml = RunFolder.readConfiguration(folder);
    return new Written(new ConfigurationReader().parse(yaml, folder.getFileName().toString()));
  }

  private static RunSummary ofRun(Path folder) {
    Written written = written(folder);
    Optional<RunResult> result = RunFolder.result(folder);
    Optional<CellOutcome> main = result.map(RunResult::main).map(CellResult::outcome);
    List<String> failed = new ArrayList<>();
    List<CellOutcome> outcomes = new ArrayList<>();
    result.ifPresent(
        all -> {
          outcomes.add(all.main().outcome());
          all.main().outcome().failure().ifPresent(why -> failed.add("main"));
          all.baselines()
              .forEach(
                  (name, cell) -> {
                    outcomes.add(cell.outcome());
                    cell.outcome().failure().ifPresent(why -> failed.add(name));
                  });
        });
    return new RunSummary(
        false,
        written.value("name").orElse(folder.getFileName().toString()),
        started(folder),
        result.isPresent(),
        failed,
        model(written).stream().toList(),
        written.extension("task").stream().toList(),
        Stream.concat(written.extension("selector").stream(), written.keys("baselines").stream())
            .toList(),
        written.flat(),
        main.stream().flatMap(cell -> cell.metrics().values().stream()).toList(),
        main.flatMap(CellOutcome::decisive),
        written.extension("selector"),
        seconds(outcomes),
        outcomes.stream().flatMapToLong(outcome -> outcome.peak().stream()).max(),
        main.stream().mapToLong(CellOutcome::trainableParameters).filter(size -> size > 0).max());
  }

  private static Optional<Instant> started(Path folder) {
    return RunFolder.provenance(folder).map(Provenance::started);
  }

  private static Optional<String> model(Written written) {
    return written
        .value("model", "source")
        .map(source -> source.replaceFirst("@.*", ""))
        .or(() -> written.extension("model"));
  }

  private static Map<String, Double> seconds(Collection<CellOutcome> outcomes) {
    Map<String, Double> seconds = new TreeMap<>();
    for (CellOutcome outcome : outcomes) {
      outcome.seconds().forEach((phase, time) -> seconds.merge(phase, time, Double::sum));
    }
    return seconds;
  }

  private static RunSummary ofComparison(Path folder) {
    Written written = written(folder);
    Optional<ComparisonResult> result = ComparisonFolder.result(folder);
    List<SeedResult> cells =
        result.stream()
            .flatMap(found -> found.groups().stream())
            .flatMap(group -> group.strategies().stream())
            .flatMap(strategy -> strategy.cells().stream())
            .toList();
    List<ComparedRow> rows = ComparedRow.of(written::keys);
    Map<String, String> posteriors = posteriors(rows, written.keys("posteriors"));
    Optional<GroupResult> only =
        result.map(ComparisonResult::groups).filter(all -> all.size() == 1).map(all -> all.get(0));
    Optional<StrategyResult> best = only.flatMap(RunSummary::best);
    Optional<MetricValue> metric =
        best.map(
            strategy ->
                new MetricValue(
                    only.get().metric().get(), strategy.mean().getAsDouble(), Double.NaN));
    return new RunSummary(
        true,
        written.value("name").orElse(folder.getFileName().toString()),
        started(folder),
        !cells.isEmpty() && cells.stream().noneMatch(cell -> cell.state() == CellState.MISSING),
        cells.stream()
            .filter(cell -> cell.failure().isPresent())
            .map(SeedResult::id)
            .sorted()
            .toList(),
        written.keys("models"),
        written.keys("tasks"),
        Stream.concat(rows.stream().map(ComparedRow::label), posteriors.keySet().stream()).toList(),
        written.flat(),
        metric.stream().toList(),
        metric,
        best.map(StrategyResult::name),
        result
            .map(found -> ComparedSeconds.of(found, written.keys("tasks"), posteriors))
            .orElse(Map.of()),
        cells.stream()
            .flatMap(cell -> cell.outcome().stream())
            .flatMapToLong(outcome -> outcome.peak().stream())
            .max(),
        OptionalLong.empty());
  }

  /** The labels of the rows that posteriors are made of, by the labels of those. */
  private static Map<String, String> posteriors(List<ComparedRow> rows, List<String> names) {
    Map<String, String> posteriors = new LinkedHashMap<>();
    for (ComparedRow row : rows) {
      names.forEach(name -> posteriors.put(row.with(name).label(), row.label()));
    }
    return posteriors;
  }

  /** The strategy with the best mean; empty if none has one. */
  private static Optional<StrategyResult> best(GroupResult group) {
    return group
        .metric()
        .flatMap(
            metric ->
                group.strategies().stream()
                    .filter(strategy -> strategy.mean().isPresent())
                    .reduce(
                        (a, b) ->
                            metric.isBetter(b.mean().getAsDouble(), a.mean().getAsDouble())
                                ? b
                                : a));
  }
}
