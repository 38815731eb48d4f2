package io.flexora.comparison.plan;

import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selector;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.plan.ComparisonPlan.CostOrigin;
import io.flexora.comparison.plan.ComparisonPlan.MeasuredCost;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.option.MovingOptions;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.ConfigurationWriter;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.RunConfiguration;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The costs of cells that were run before, in comparisons and in runs. */
final class PastCells {

  private static final int FOLDERS = 20;

  /** The draws of a cell, and which of its examples it is judged on, take no time of their own. */
  private static final Set<String> NO_WORK =
      Set.of("seed", "data_seed", "tuning_share", "evaluate_on");

  private static final String SELECTOR = Selector.class.getAnnotation(ExtensionPoint.class).value();

  /** A cell that ended: what it computed, how it chose, and the seconds of its phases. */
  private record Past(
      String work,
      String selector,
      Map<String, Double> seconds,
      Map<String, Double> posteriorSeconds,
      long memory) {

    double total() {
      return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    double withoutSearch() {
      return total() - seconds.getOrDefault(Phase.SEARCH.word(), 0.0);
    }
  }

  private final ComponentTypes types;
  private final ConfigurationReader reader = new ConfigurationReader();
  private final List<Past> cells = new ArrayList<>();

  /**
   * Reads the newest folders among the runs.
   *
   * @param types the installed extensions
   */
  PastCells(Path runs, ComponentTypes types) {
    this.types = types;
    newest(runs).forEach(this::add);
  }

  /** Reads a comparison, or a run. */
  void add(Path folder) {
    if (ComparisonFolder.isComparison(folder)) {
      folders(folder.resolve("cells")).forEach(this::addRun);
    } else {
      addRun(folder);
    }
  }

  private void addRun(Path run) {
    try {
      CellRecord record = CellRecord.of(run, RunCell.MAIN);
      if (record.done()) {
        add(run, record.outcome().orElseThrow());
      }
    } catch (FlexoraException e) {
      // A folder that cannot be read tells nothing of the time.
    }
  }

  private void add(Path run, CellOutcome outcome) {
    if (RunConfiguration.read(run) instanceof Mapping configuration) {
      Map<String, CellOutcome> posteriors = posteriors(run);
      cells.add(
          new Past(
              work(configuration),
              selector(configuration),
              withPosteriors(outcome, posteriors),
              ofPosteriors(outcome, posteriors),
              outcome.peakMemoryBytes().values().stream().mapToLong(b -> b).max().orElse(0)));
    }
  }

  /** The seconds of each phase, and those that the posteriors took beyond what was trained. */
  private static Map<String, Double> withPosteriors(
      CellOutcome trained, Map<String, CellOutcome> posteriors) {
    Map<String, Double> seconds = new HashMap<>(trained.seconds());
    for (CellOutcome made : posteriors.values()) {
      seconds.merge(Phase.TRAIN.word(), fit(made, trained), Double::sum);
      seconds.merge(Phase.EVALUATE.word(), made.seconds(Phase.EVALUATE), Double::sum);
    }
    return seconds;
  }

  /** The seconds of each posterior, by its name. */
  private static Map<String, Double> ofPosteriors(
      CellOutcome trained, Map<String, CellOutcome> posteriors) {
    Map<String, Double> seconds = new HashMap<>();
    posteriors.forEach(
        (name, made) -> seconds.put(name, fit(made, trained) + made.seconds(Phase.EVALUATE)));
    return seconds;
  }

  private static Map<String, CellOutcome> posteriors(Path run) {
    Map<String, CellOutcome> made = new LinkedHashMap<>();
    for (String name : RunFolder.cells(run)) {
      RunCell.of(name)
          .posterior()
          .ifPresent(
              posterior ->
                  CellRecord.of(run, name)
                      .outcome()
                      .ifPresent(outcome -> made.put(posterior, outcome)));
    }
    return made;
  }

  private static double fit(CellOutcome made, CellOutcome trained) {
    return Math.max(0, made.seconds(Phase.TRAIN) - trained.seconds(Phase.TRAIN));
  }

  /** What a cell will take, if cells like it were run. */
  Optional<MeasuredCost> like(PlannedCell cell) {
    Mapping configuration = (Mapping) reader.parse(cell.experiment().resolved(), cell.id().id());
    String work = work(configuration);
    String selector = selector(configuration);
    List<Past> alike = cells.stream().filter(past -> past.work().equals(work)).toList();
    List<Past> same = alike.stream().filter(past -> past.selector().equals(selector)).toList();
    return same.isEmpty()
        ? average(alike, Past::withoutSearch, CostOrigin.BEFORE_WITHOUT_SEARCH)
        : average(same, Past::total, CostOrigin.BEFORE);
  }

  /** What posteriors will take of a cell that is trained, if all of cells like it were made. */
  Optional<MeasuredCost> posteriorsLike(PlannedCell cell, List<String> names) {
    Mapping configuration = (Mapping) reader.parse(cell.experiment().resolved(), cell.id().id());
    String work = work(configuration);
    List<Past> alike =
        cells.stream()
            .filter(past -> past.work().equals(work))
            .filter(past -> past.posteriorSeconds().keySet().containsAll(names))
            .toList();
    return average(
        alike,
        past -> names.stream().mapToDouble(past.posteriorSeconds()::get).sum(),
        CostOrigin.BEFORE);
  }

  private static Optional<MeasuredCost> average(
      List<Past> cells, ToDoubleFunction<Past> seconds, CostOrigin measured) {
    long memory = cells.stream().mapToLong(Past::memory).max().orElse(0);
    OptionalDouble average = cells.stream().mapToDouble(seconds).average();
    return average.stream().mapToObj(mean -> MeasuredCost.of(mean, memory, measured)).findFirst();
  }

  /** All that moves a cell beside the choice of its layers, and on how many devices it is made. */
  private String work(Mapping configuration) {
    MovingOptions work = MovingOptions.all(types, SELECTOR);
    return text(
            work.of(configuration, ExperimentConfiguration.class).entries().stream()
                .filter(entry -> !NO_WORK.contains(entry.key()))
                .toList())
        + configuration.get("devices").map(new ConfigurationWriter()::yaml).orElse("");
  }

  private String selector(Mapping configuration) {
    Mapping moving = MovingOptions.all(types).of(configuration, ExperimentConfiguration.class);
    return text(moving.entry("selector").stream().toList());
  }

  private static String text(List<Entry> entries) {
    return new ConfigurationWriter().yaml(new Mapping(Location.ofText("cell"), entries));
  }

  private static List<Path> newest(Path runs) {
    return folders(runs).stream()
        .sorted(Comparator.comparingLong(PastCells::time).reversed())
        .limit(FOLDERS)
        .toList();
  }

  private static long time(Path folder) {
    return folder.toFile().lastModified();
  }

  private static List<Path> folders(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
