package io.flexora.comparison;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.report.CellState;
import io.flexora.api.report.ComparisonResult;
import io.flexora.api.report.ComparisonResult.Tuning;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.config.ConfigurationReader;
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

/** What the folder of a comparison tells of the tuning of its cells. */
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
        .flatMap(tuning -> tuning.ended().stream())
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
    Path run = ComparisonFolder.cell(folder, trial.id().id());
    CellRecord record = CellRecord.of(run);
    if (record.state() == CellState.MISSING) {
      return Optional.empty();
    }
    RowTuning row = comparison.row(trial.id().strategy());
    Map<String, String> asked =
        row.texts(reader.parse(trial.experiment().resolved(), trial.id().id()));
    Map<String, String> written = row.texts(reader.read(RunFolder.configuration(run)));
    return asked.equals(written) ? Optional.of(record.charged(run)) : Optional.empty();
  }

  private Tuning entry(CellTuning tuning) {
    List<TunedTrial> ended = tuning.ended();
    Optional<TunedTrial> chosen = tuning.isOver() ? tuning.best() : Optional.empty();
    List<ComparisonResult.TunedTrial> trials = ended.stream().map(this::entry).toList();
    return new Tuning(
        trials,
        chosen.stream().mapToInt(TunedTrial::number).findFirst(),
        chosen.map(best -> gain(best, ended.get(0))).orElse(OptionalDouble.empty()),
        ended.stream().mapToDouble(TunedTrial::seconds).sum(),
        trials.stream().mapToLong(trial -> trial.trainingSteps().orElse(0)).sum(),
        ended.stream()
            .flatMap(trial -> trial.outcome().stream())
            .flatMapToLong(outcome -> outcome.peak().stream())
            .max());
  }

  /** How much better the chosen values are than the default ones, if both were judged. */
  private static OptionalDouble gain(TunedTrial chosen, TunedTrial byDefault) {
    Optional<MetricValue> after = chosen.judged();
    Optional<MetricValue> before = byDefault.judged();
    if (after.isEmpty() || before.isEmpty()) {
      return OptionalDouble.empty();
    }
    double with = after.get().value();
    double without = before.get().value();
    boolean lower = after.get().description().lowerIsBetter();
    return OptionalDouble.of(lower ? without - with : with - without);
  }

  private ComparisonResult.TunedTrial entry(TunedTrial trial) {
    boolean ran = trial.outcome().isPresent() || trial.seconds() > 0;
    return new ComparisonResult.TunedTrial(
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
