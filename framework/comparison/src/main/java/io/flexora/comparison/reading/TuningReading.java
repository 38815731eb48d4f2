package io.flexora.comparison.reading;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.comparison.cell.CellEvents;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.tuning.CellTuning;
import io.flexora.comparison.tuning.ComparisonTuning;
import io.flexora.comparison.tuning.TunedTrial;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.setup.RunConfiguration;
import io.flexora.results.comparison.CellState;
import io.flexora.results.comparison.Tuning;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The tuning of the cells of a comparison, read from its folder. */
final class TuningReading {

  private final ComparisonTuning comparison;
  private final Path folder;
  private final ConfigurationReader reader = new ConfigurationReader();
  private final Map<CellId, CellTuning> read = new HashMap<>();

  /**
   * Reads it.
   *
   * @param folder the comparison's folder
   */
  TuningReading(ComparisonTuning comparison, Path folder) {
    this.comparison = comparison;
    this.folder = folder;
  }

  /** The tuning of a cell as far as it is; empty if it is not tuned. */
  Optional<Tuning> tuning(CellId cell) {
    return comparison.row(cell.strategy()).isTuned()
        ? Optional.of(entry(read(cell)))
        : Optional.empty();
  }

  /** The seconds of the searches and the trainings of the trials of a cell. */
  double searchAndTraining(CellId cell) {
    return Optional.ofNullable(read.get(cell)).stream()
        .flatMap(tuning -> tuning.endedSoFar().stream())
        .mapToDouble(trial -> trial.seconds(Phase.SEARCH) + trial.seconds(Phase.TRAIN))
        .sum();
  }

  private CellTuning read(CellId cell) {
    return read.computeIfAbsent(
        cell,
        id -> {
          CellTuning tuning = comparison.of(id, OptionalInt.empty());
          try {
            var unused = tuning.next(this::record);
          } catch (FlexoraException e) {
            // A tuner that does not go on has failed the cell, which says so.
          }
          return tuning;
        });
  }

  /** How a trial ended that has the values which are asked for. */
  private Optional<CellRecord> record(PlannedCell trial) {
    Path run = run(trial.id());
    CellRecord record = CellRecord.of(run);
    if (record.state() == CellState.MISSING) {
      return Optional.empty();
    }
    Map<String, String> asked =
        texts(trial.id(), reader.parse(trial.experiment().resolved(), trial.id().id()));
    return written(trial.id()).filter(asked::equals).map(same -> record.charged(run));
  }

  private Path run(CellId cell) {
    return ComparisonFolder.cell(folder, cell.id());
  }

  private Map<String, String> texts(CellId cell, ConfigNode configuration) {
    return comparison.row(cell.strategy()).texts(configuration);
  }

  /** The values that a cell was begun with; empty if they cannot be read. */
  private Optional<Map<String, String>> written(CellId cell) {
    try {
      return Optional.of(texts(cell, RunConfiguration.read(run(cell))));
    } catch (FlexoraException e) {
      return Optional.empty();
    }
  }

  private Tuning entry(CellTuning tuning) {
    List<TunedTrial> ended = tuning.endedSoFar();
    Optional<TunedTrial> chosen = chosen(tuning);
    List<Tuning.TrialRecord> trials = ended.stream().map(this::entry).toList();
    return new Tuning(
        trials,
        chosen.stream().mapToInt(TunedTrial::number).findFirst(),
        chosen.map(kept -> gain(kept, ended)).orElse(OptionalDouble.empty()),
        ended.stream().mapToDouble(TunedTrial::seconds).sum(),
        trials.stream().mapToLong(trial -> trial.trainingSteps().orElse(0)).sum(),
        ended.stream()
            .flatMap(trial -> trial.outcome().stream())
            .flatMapToLong(outcome -> outcome.peak().stream())
            .max());
  }

  /**
   * The trial whose values the cell was tested with. That is the best one, unless the tuning was
   * made longer since, or a trial was damaged; as long as nothing is tested, it is what will be.
   */
  private Optional<TunedTrial> chosen(CellTuning tuning) {
    Optional<TunedTrial> best = tuning.isOver() ? tuning.best() : Optional.empty();
    CellId cell = tuning.cell();
    if (!CellRecord.isTested(run(cell))) {
      return best;
    }
    List<TunedTrial> ran =
        Stream.concat(best.stream(), tuning.endedSoFar().stream())
            .filter(trial -> trial.isWhole() && ran(trial))
            .toList();
    return written(cell).flatMap(values -> first(ran, values)).or(() -> best);
  }

  private Optional<TunedTrial> first(List<TunedTrial> trials, Map<String, String> values) {
    return trials.stream()
        .filter(trial -> written(trial.id()).filter(values::equals).isPresent())
        .findFirst();
  }

  private static boolean ran(TunedTrial trial) {
    return trial.outcome().isPresent() || trial.seconds() > 0;
  }

  /** How much better the chosen values are than the default ones, if both were judged. */
  private static OptionalDouble gain(TunedTrial chosen, List<TunedTrial> trials) {
    Optional<MetricValue> after = chosen.judged();
    Optional<MetricValue> before =
        trials.stream()
            .filter(trial -> trial.number() == 0)
            .findFirst()
            .flatMap(TunedTrial::judged);
    if (after.isEmpty() || before.isEmpty()) {
      return OptionalDouble.empty();
    }
    double with = after.get().value();
    double without = before.get().value();
    boolean lower = after.get().description().lowerIsBetter();
    return OptionalDouble.of(lower ? without - with : with - without);
  }

  private Tuning.TrialRecord entry(TunedTrial trial) {
    boolean ran = ran(trial);
    return new Tuning.TrialRecord(
        trial.number(),
        trial.id().id(),
        trial.texts(),
        trial.setting().share(),
        trial.judged().stream().mapToDouble(MetricValue::value).findFirst(),
        trial.judged().stream()
            .mapToDouble(MetricValue::standardError)
            .filter(Double::isFinite)
            .findFirst(),
        ran ? OptionalDouble.of(trial.seconds()) : OptionalDouble.empty(),
        ran ? OptionalLong.of(steps(trial.id())) : OptionalLong.empty(),
        trial.failure());
  }

  private long steps(CellId trial) {
    return CellEvents.trainingSteps(
        RunFolder.eventsSoFar(ComparisonFolder.cell(folder, trial.id())));
  }
}
