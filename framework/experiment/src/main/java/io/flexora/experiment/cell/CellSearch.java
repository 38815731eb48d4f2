package io.flexora.experiment.cell;

import io.flexora.api.plugin.Component;
import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.experiment.fit.SelectionFit;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.experiment.inputs.StoredValues;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunMonitor;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The search of one cell. What it chose is on the disk before the training begins. */
record CellSearch(RunScope run, ExperimentInputs inputs, String cell) {

  private static final double MILLIS = 1e3;

  /**
   * What the cell chose, or chooses now.
   *
   * @param same how much strategies choose that are told to choose the same as others
   */
  Selection choice(Component<Selector> selector, MatchedBudget same) {
    CellFolder folder = folder();
    return folder
        .selection()
        .orElseGet(
            () -> {
              Selection selection = chosen(selector, same);
              folder.writeSelection(selection);
              return selection;
            });
  }

  private CellFolder folder() {
    return run.folder().cell(cell);
  }

  /** Searches, unless another cell has done the same search. */
  private Selection chosen(Component<Selector> selector, MatchedBudget same) {
    // A search that time may cut, or that goes on after an interruption, is no other's.
    boolean limited =
        selector.get().choosesFromTrained() ? trainingTime().isPresent() : timeLeft().isPresent();
    if (limited || new CellPhases(run, cell).haveBegun(Phase.SEARCH)) {
      return searched(selector, same);
    }
    CellReuse cells = run.reuse();
    CellReuse.Search search = cells.search(run, inputs.data().searchedExamples(), selector, same);
    Optional<CellReuse.Searched> known = cells.searched(search);
    if (known.isPresent()) {
      known.get().copyTo(run, cell);
      return known.get().selection();
    }
    Selection selection = searched(selector, same);
    cells.keepSearch(run, cell, search, selection);
    return selection;
  }

  private Optional<Duration> timeLeft() {
    return new CellTime(run, cell).leftForSearch();
  }

  private Optional<Duration> trainingTime() {
    return new CellTime(run, cell).leftForTrainingInSearch();
  }

  private Selection searched(Component<Selector> selector, MatchedBudget same) {
    return new CellPhases(run, cell).measured(Phase.SEARCH, () -> select(selector, same));
  }

  private Selection select(Component<Selector> selector, MatchedBudget same) {
    RunMonitor monitor = run.monitor(cell, Phase.SEARCH.word());
    SearchDeadline deadline = new SearchDeadline(System::nanoTime, timeLeft());
    try (CellSelection context =
        new CellSelection(
            inputs,
            new Seeds(run.configuration().seed()),
            same,
            deadline,
            trainingTime(),
            allLayers(),
            folder()
                .checkpoints(
                    Phase.SEARCH.word(), run.configuration().cell().checkpoints(), monitor),
            monitor)) {
      Selection selection = selector.get().select(context);
      SelectionFit.require(selector.name(), selection, inputs.adapters());
      SelectionFit.requireValues(selector, selection, inputs.adapters());
      selection.values().ifPresent(new StoredValues(folder())::write);
      if (deadline.hasEndedTheSearch()) {
        tellCut(monitor);
      }
      selection.end().ifPresent(end -> monitor.notice("The search %s.".formatted(end.sentence())));
      monitor.event(new Event.LayersSelected(selection.layers(), selector.name()));
      if (!selection.modules().isEmpty()) {
        parametersHeld()
            .ifPresent(parameters -> monitor.event(new Event.ParametersHeld(parameters)));
      }
      return selection.with(Optional.empty());
    }
  }

  /** One that time may cut, or that goes on after an interruption, is no other's. */
  private CellSelection.AllLayers allLayers() {
    boolean anew =
        run.record().stream()
                .filter(event -> event.cell().equals(cell))
                .filter(event -> event.what() instanceof Event.PhaseStarted)
                .count()
            == 1;
    return anew && trainingTime().isEmpty()
        ? run.reuse().allLayers(run, inputs, cell)
        : CellSelection.AllLayers.OWN;
  }

  private Optional<Long> parametersHeld() {
    return run.configuration()
        .sameLayers()
        .map(layers -> inputs.adapters().parameters(layers) + inputs.adapters().headParameters());
  }

  private void tellCut(RunMonitor monitor) {
    double seconds = run.configuration().timeLimit().orElseThrow().toMillis() / MILLIS;
    monitor.event(new Event.SearchCut(seconds));
    monitor.notice(
        String.format(
            Locale.ROOT,
            "The search was stopped after %.1f s, the time limit of search and training"
                + " together; it chose by its current scores, and the training has one step."
                + " Reduce the steps of the search, or allow more seconds.",
            seconds));
  }
}
