package io.flexora.comparison.run;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.cell.TrialSetting;
import io.flexora.comparison.tuning.CellTuning;
import io.flexora.comparison.tuning.ComparisonTuning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cells that are tuned before they are tested. All rows of a model and a task are tuned, trained
 * and tested with the first seed, then with the next, so that there is something to compare early;
 * what their tuners propose at the same time runs at the same time. Where the runner has places
 * left, the next seed begins.
 */
public final class TunedCells implements CellSchedule {

  private static final Logger LOG = LoggerFactory.getLogger(TunedCells.class);

  /** The readings and actions of a comparison's folder that tunings need. */
  interface Folder extends CellTuning.Trials {

    /**
     * How a cell, tested or a trial, ended that has this configuration; empty if it has to run.
     * What another configuration has left is removed.
     */
    @Override
    Optional<CellRecord> record(PlannedCell cell);

    /** Records that a tuning chose nothing, so that the cell cannot be tested. */
    void failed(PlannedCell cell, String cause);
  }

  private final List<PlannedCell> tested;
  private final ComparisonTuning tuning;
  private final Folder folder;
  private final int places;
  private final List<List<PlannedCell>> waves;
  private final Map<CellId, CellTuning> tunings = new LinkedHashMap<>();
  private final Set<CellId> given = new HashSet<>();

  /**
   * Begins.
   *
   * @param tested the cells that are tested, with the default values, in the order of the runs
   * @param places how many cells run at a time
   */
  TunedCells(List<PlannedCell> tested, ComparisonTuning tuning, Folder folder, int places) {
    this.tested = List.copyOf(tested);
    this.tuning = tuning;
    this.folder = folder;
    this.places = places;
    this.waves = waves(tested, PlannedCell::id);
  }

  /** The cells that are tuned at the same time: all rows with one seed. */
  public static <T> List<List<T>> waves(List<T> tested, Function<T, CellId> ids) {
    Map<List<Object>, List<T>> together = new LinkedHashMap<>();
    for (T cell : tested) {
      CellId id = ids.apply(cell);
      together
          .computeIfAbsent(List.of(id.model(), id.task(), id.seed()), key -> new ArrayList<>())
          .add(cell);
    }
    return new ArrayList<>(together.values());
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
    List<PlannedCell> now = new ArrayList<>();
    Iterator<List<PlannedCell>> each = waves.iterator();
    while (each.hasNext() && now.size() < places) {
      List<PlannedCell> ofWave = each.next().stream().flatMap(cell -> next(cell).stream()).toList();
      if (ofWave.isEmpty()) {
        each.remove();
      }
      now.addAll(ofWave);
    }
    return now;
  }

  private List<PlannedCell> next(PlannedCell cell) {
    if (given.contains(cell.id())) {
      return List.of();
    }
    CellTuning of = tunings.computeIfAbsent(cell.id(), id -> tuning.of(id, cell.sameLayers()));
    try {
      List<PlannedCell> trials = of.next(folder);
      return trials.isEmpty() ? tested(cell, of) : trials;
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      if (e.getCause() != null) {
        LOG.error("the tuning of cell {} failed", cell.id().id(), e);
      }
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
