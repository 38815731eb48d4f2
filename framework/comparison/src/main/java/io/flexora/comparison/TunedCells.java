package io.flexora.comparison;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cells that are tuned before they are tested. All rows of a model and a task are tuned, trained
 * and tested with the first seed, then with the next, so that there is something to compare early;
 * what their tuners propose at the same time runs at the same time.
 */
final class TunedCells implements CellRounds {

  /** What is known of a comparison's folder, and can be done with it. */
  interface Folder {

    /**
     * How a cell ended that has this configuration; empty if it has to run. What another
     * configuration has left is removed.
     */
    Optional<CellRecord> record(PlannedCell cell);

    /** The same where what has failed is not tried again. */
    Optional<CellRecord> recordOrFailure(PlannedCell cell);

    /** Whether there is nothing left to do in the folder of a cell, whatever its configuration. */
    boolean isDone(CellId cell);

    /** Records that a cell cannot be tested. */
    void failed(PlannedCell cell, String cause);
  }

  private final List<PlannedCell> tested;
  private final ComparisonTuning tuning;
  private final Folder folder;
  private final List<List<PlannedCell>> waves;
  private final Map<CellId, CellTuning> tunings = new LinkedHashMap<>();
  private final Set<CellId> doneBefore = new HashSet<>();
  private final Set<CellId> given = new HashSet<>();

  /**
   * Begins.
   *
   * @param tested the cells that are tested, with the default values, in the order of the runs
   */
  TunedCells(List<PlannedCell> tested, ComparisonTuning tuning, Folder folder) {
    this.tested = List.copyOf(tested);
    this.tuning = tuning;
    this.folder = folder;
    Map<List<Object>, List<PlannedCell>> together = new LinkedHashMap<>();
    for (PlannedCell cell : tested) {
      CellId id = cell.id();
      together
          .computeIfAbsent(List.of(id.model(), id.task(), id.seed()), key -> new ArrayList<>())
          .add(cell);
      if (folder.isDone(id)) {
        doneBefore.add(id);
      }
    }
    this.waves = new ArrayList<>(together.values());
  }

  @Override
  public List<CellId> known() {
    Set<CellId> known = new LinkedHashSet<>();
    for (PlannedCell cell : tested) {
      known.addAll(tuning.trials(cell.id()));
      Optional.ofNullable(tunings.get(cell.id()))
          .ifPresent(of -> of.ended().forEach(trial -> known.add(trial.id())));
      known.add(cell.id());
    }
    return List.copyOf(known);
  }

  @Override
  public List<PlannedCell> next() {
    while (!waves.isEmpty()) {
      List<PlannedCell> now = new ArrayList<>();
      waves.get(0).forEach(cell -> now.addAll(next(cell)));
      if (!now.isEmpty()) {
        return now;
      }
      waves.remove(0);
    }
    return List.of();
  }

  private List<PlannedCell> next(PlannedCell cell) {
    if (given.contains(cell.id())) {
      return List.of();
    }
    CellTuning of = tunings.computeIfAbsent(cell.id(), id -> tuning.of(id, cell.sameLayers()));
    try {
      List<PlannedCell> trials =
          of.next(doneBefore.contains(cell.id()) ? folder::recordOrFailure : folder::record);
      return trials.isEmpty() ? tested(cell, of) : trials;
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      given.add(cell.id());
      folder.failed(cell, e.getMessage());
      return List.of();
    }
  }

  private List<PlannedCell> tested(PlannedCell cell, CellTuning of) {
    given.add(cell.id());
    Optional<TrialSetting> chosen = of.chosen();
    if (chosen.isEmpty()) {
      folder.failed(cell, of.failure());
      return List.of();
    }
    PlannedCell planned = tuning.planned(cell.id(), cell.sameLayers(), chosen.get());
    return folder.record(planned).isPresent() ? List.of() : List.of(planned);
  }
}
