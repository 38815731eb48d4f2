package io.flexora.comparison.tuning;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.tune.Tuner;
import io.flexora.api.tune.TuningProgress;
import io.flexora.api.tune.TuningProgress.Trial;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.results.run.CellOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The tuning of one cell, from its folder alone: the tuner is asked again for what it proposed, and
 * told what came out of it. So a tuning that was interrupted goes on as if it had not been.
 */
public final class CellTuning {

  /** A tuning that is limited by time ends if so many trials in a row fail: that may take none. */
  private static final int MOST_FAILURES = 10;

  /** Makes the cells of a row. */
  interface Cells {

    /** The configuration of a cell. */
    Mapping configuration(CellId id, TrialSetting setting);

    /**
     * The cell that has it.
     *
     * @throws ConfigurationException if values do not go together
     */
    PlannedCell planned(CellId id, TrialSetting setting);
  }

  /** The folders of a cell's trials. */
  @FunctionalInterface
  public interface Trials {

    /** How a trial ended that has this configuration; empty if it has to run. */
    Optional<CellRecord> record(PlannedCell trial);

    /** How a trial failed that could be tried again; empty if nothing says that it failed. */
    default Optional<CellRecord> failure(PlannedCell trial) {
      return Optional.empty();
    }

    /**
     * Whether there are results that depend on all trials before this one: the cell was tested, or
     * this trial or a later one has ended well.
     */
    default boolean isFollowed(CellId trial) {
      return false;
    }

    /**
     * Hears of a trial that cannot run, as its values do not go together.
     *
     * @param cause why not
     */
    default void refused(CellId trial, String cause) {}
  }

  /** A trial that was proposed. */
  private record Proposal(CellId id, TrialSetting setting, Mapping configuration) {}

  private final CellId cell;
  private final RowTuning row;
  private final Component<Tuner> tuner;
  private final OptionalDouble seconds;
  private final Cells cells;
  private final List<TunedTrial> ended = new ArrayList<>();
  private List<Proposal> batch = List.of();
  private List<TunedTrial> endedOfBatch = List.of();
  private boolean over;

  /**
   * Begins.
   *
   * @param cell the cell that is tested in the end
   * @param seconds how long trials go on; empty where their number is given
   */
  CellTuning(
      CellId cell, RowTuning row, Component<Tuner> tuner, OptionalDouble seconds, Cells cells) {
    this.cell = cell;
    this.row = row;
    this.tuner = tuner;
    this.seconds = seconds;
    this.cells = cells;
    this.over = !row.isTuned();
  }

  /** The cell that is tested in the end. */
  public CellId cell() {
    return cell;
  }

  /** The trials that the tuner is told of, by their numbers: all that it proposed have ended. */
  public List<TunedTrial> ended() {
    return List.copyOf(ended);
  }

  /** The trials that have ended, by their numbers, while others of the last batch may not have. */
  public List<TunedTrial> endedSoFar() {
    return Stream.concat(ended.stream(), endedOfBatch.stream()).toList();
  }

  /**
   * Goes on as far as the folders tell.
   *
   * @return the trials that have to run next; none if the tuning is over
   */
  public List<PlannedCell> next(Trials trials) {
    while (!over) {
      if (batch.isEmpty()) {
        batch = proposals();
        over = batch.isEmpty();
      }
      List<TunedTrial> results = new ArrayList<>();
      List<PlannedCell> missing = new ArrayList<>();
      for (Proposal proposal : batch) {
        look(proposal, trials, results, missing);
      }
      if (!missing.isEmpty()) {
        endedOfBatch = List.copyOf(results);
        return missing;
      }
      ended.addAll(results);
      endedOfBatch = List.of();
      batch = List.of();
    }
    return List.of();
  }

  private void look(
      Proposal proposal, Trials trials, List<TunedTrial> results, List<PlannedCell> missing) {
    PlannedCell planned;
    try {
      planned = cells.planned(proposal.id(), proposal.setting());
    } catch (ConfigurationException e) {
      // Each value is accepted alone, but not all of them together.
      trials.refused(proposal.id(), e.getMessage());
      results.add(trial(proposal, Optional.empty(), Optional.of(e.getMessage()), Map.of()));
      return;
    }
    found(planned, trials)
        .ifPresentOrElse(
            found ->
                results.add(
                    trial(
                        proposal,
                        found.outcome().filter(o -> found.done()),
                        found.failure(),
                        found.seconds())),
            () -> missing.add(planned));
  }

  /** A failure stands where another end of the trial would undo what has followed from it. */
  private Optional<CellRecord> found(PlannedCell trial, Trials trials) {
    CellId next = cell.trial(ended.size() + batch.size());
    return trials
        .record(trial)
        .or(() -> trials.failure(trial).filter(failed -> trials.isFollowed(next)));
  }

  private TunedTrial trial(
      Proposal proposal,
      Optional<CellOutcome> outcome,
      Optional<String> failure,
      Map<String, Double> phases) {
    return new TunedTrial(
        proposal.id(),
        proposal.setting(),
        RowTuning.values(row.options(), proposal.configuration()),
        row.texts(proposal.configuration()),
        outcome,
        outcome.isPresent() ? Optional.empty() : failure.or(() -> Optional.of("it has no outcome")),
        phases);
  }

  private List<Proposal> proposals() {
    if (seconds.isPresent() ? timeIsUp() : ended.size() >= row.shares().size()) {
      return List.of();
    }
    List<Proposal> proposals = new ArrayList<>();
    if (ended.isEmpty()) {
      proposals.add(proposal(0, row.defaults()));
    }
    if (ended.isEmpty() && seconds.isPresent()) {
      return proposals;
    }
    for (Map<String, Double> values : proposedValues()) {
      int number = ended.size() + proposals.size();
      if (seconds.isEmpty() && number >= row.shares().size()) {
        break;
      }
      requireValues(values);
      double share = seconds.isPresent() ? 1 : row.shares().get(number);
      proposals.add(proposal(number, row.of(values, share)));
      if (seconds.isPresent()) {
        break;
      }
    }
    return proposals;
  }

  private boolean timeIsUp() {
    boolean failing =
        ended.size() >= MOST_FAILURES
            && ended.subList(ended.size() - MOST_FAILURES, ended.size()).stream()
                .allMatch(trial -> trial.outcome().isEmpty());
    return failing
        || ended.stream().mapToDouble(TunedTrial::seconds).sum() >= seconds.getAsDouble();
  }

  private List<Map<String, Double>> proposedValues() {
    List<Map<String, Double>> proposed = proposed(progress());
    if (proposed.isEmpty() && seconds.isEmpty()) {
      throw new FlexoraException(
          "tuner '%s' proposed nothing after %d of the %d trials of cell %s"
              .formatted(tuner.name(), ended.size(), row.shares().size(), cell.id()));
    }
    return proposed;
  }

  /** Whatever a tuner throws fails this cell alone. */
  private List<Map<String, Double>> proposed(TuningProgress progress) {
    try {
      return List.copyOf(tuner.get().next(progress));
    } catch (FlexoraException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new FlexoraException("tuner '%s' failed: %s".formatted(tuner.name(), e), e);
    }
  }

  private TuningProgress progress() {
    boolean lowerIsBetter =
        ended.stream()
            .flatMap(trial -> trial.judged().stream())
            .map(MetricValue::description)
            .anyMatch(description -> description.lowerIsBetter());
    List<Trial> trials = ended.stream().map(TunedTrial::forTuner).toList();
    return new TuningProgress(row.setting(), new Seeds(cell.seed()), lowerIsBetter, trials);
  }

  private Proposal proposal(int number, TrialSetting setting) {
    CellId id = cell.trial(number);
    return new Proposal(id, setting, cells.configuration(id, setting));
  }

  private void requireValues(Map<String, Double> values) {
    for (TunedOption option : row.options()) {
      Double value = values.get(option.name());
      if (value == null || !option.range().contains(value)) {
        throw new FlexoraException(
            "tuner '%s' proposed %s for option '%s', which is not in its range %s"
                .formatted(tuner.name(), value, option.name(), option.range()));
      }
    }
  }

  /** The best of the trials that had a whole training, the first of equal ones. */
  public Optional<TunedTrial> best() {
    TunedTrial best = null;
    for (TunedTrial trial : ended) {
      if (trial.isWhole() && trial.judged().isPresent()) {
        best = best == null || isBetter(trial, best) ? trial : best;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean isBetter(TunedTrial trial, TunedTrial other) {
    MetricValue judged = trial.judged().orElseThrow();
    return judged.description().isBetter(judged.value(), other.judged().orElseThrow().value());
  }

  /** Whether no trial is left to be run. */
  public boolean isOver() {
    return over;
  }

  /** What the tested cell has; empty if it cannot be told yet, or all trials failed. */
  public Optional<TrialSetting> chosen() {
    if (!row.isTuned()) {
      return Optional.of(row.defaults());
    }
    return over ? best().map(TunedTrial::setting) : Optional.empty();
  }

  /** Why no trial could be chosen. */
  public String failure() {
    boolean allFailed = ended.stream().allMatch(trial -> trial.failure().isPresent());
    String what =
        allFailed
            ? "all %d trials of its tuning failed".formatted(ended.size())
            : "no whole trial of its tuning has a result";
    return "%s; the first: %s".formatted(what, withoutResult(ended.get(0)));
  }

  private static String withoutResult(TunedTrial trial) {
    return trial
        .failure()
        .or(
            () ->
                trial
                    .outcome()
                    .flatMap(CellOutcome::decisive)
                    .map(measured -> "%s is %s".formatted(measured.name(), measured.value())))
        .orElse("it has no metric that decides");
  }
}
