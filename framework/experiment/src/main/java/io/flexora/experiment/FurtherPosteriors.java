package io.flexora.experiment;

import io.flexora.api.posterior.Posterior.Snapshots;
import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.experiment.cell.SnapshotStore;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Posteriors that a run is to have which it was begun without. They are made of what its cells have
 * trained; nothing is trained again that has ended.
 *
 * @since 0.1
 */
public final class FurtherPosteriors {

  private final ExperimentConfiguration configuration;
  private final String resolved;
  private final Path run;
  private final List<String> names;

  FurtherPosteriors(
      ExperimentConfiguration configuration, String resolved, Path run, Collection<String> names) {
    this.configuration = configuration;
    this.resolved = resolved;
    this.run = run;
    this.names = List.copyOf(names);
  }

  /** What they are called. */
  public List<String> names() {
    return names;
  }

  /**
   * Finds out whether they can be made.
   *
   * @return which cannot, as the training kept no parameters of the steps that it needs; empty if
   *     all can
   */
  public Optional<String> missing() {
    Map<String, Snapshots> wanted = wanted();
    List<RunEvent> record = wanted.isEmpty() ? List.of() : RunFolder.read(run).events();
    return wanted.entrySet().stream()
        .filter(posterior -> !areKept(posterior.getValue(), record))
        .findFirst()
        .map(posterior -> missing(posterior.getKey(), posterior.getValue()));
  }

  private boolean areKept(Snapshots wanted, List<RunEvent> record) {
    return trainedCells().stream()
        .filter(cell -> isTrained(RunFolder.readCell(run, cell)))
        .allMatch(
            cell ->
                new SnapshotStore(RunFolder.readCell(run, cell), List.of())
                    .hasAll(wanted, trainingSteps(record, cell)));
  }

  private static String missing(String name, Snapshots wanted) {
    return ("posterior '%s' needs the parameters after every %d steps of the training, the last"
            + " %d of them, which the training kept only for posteriors that were asked"
            + " for when it began")
        .formatted(name, wanted.every(), wanted.count());
  }

  private static long trainingSteps(List<RunEvent> record, String cell) {
    return record.stream()
        .filter(event -> event.cell().equals(cell) && event.isIn(Phase.TRAIN))
        .filter(event -> event.what() instanceof Event.StepDone)
        .mapToLong(RunEvent::step)
        .max()
        .orElse(0);
  }

  private List<String> trainedCells() {
    return RunFolder.cells(run).stream()
        .filter(cell -> RunCell.of(cell).posterior().isEmpty())
        .toList();
  }

  private static boolean isTrained(CellFolder cell) {
    return cell.thetaHash().isPresent();
  }

  /** What those want to be kept that need more than theta. */
  private Map<String, Snapshots> wanted() {
    Map<String, Snapshots> wanted = new LinkedHashMap<>();
    for (String name : names) {
      Snapshots snapshots = configuration.cell().posteriors().get(name).get().snapshots();
      if (snapshots.count() > 0) {
        wanted.put(name, snapshots);
      }
    }
    return wanted;
  }

  /**
   * Lets the run have them when it is gone on with. A training that has not ended, and did not keep
   * what one of them needs, begins again.
   *
   * @throws io.flexora.api.run.FlexoraException if another process has the run's folder
   */
  public void add() {
    if (!wanted().isEmpty()) {
      try (RunFolder opened = RunFolder.open(run)) {
        trainedCells().stream()
            .map(opened::cell)
            .filter(cell -> !isTrained(cell))
            .forEach(CellFolder::forgetTraining);
      }
    }
    RunFolder.extend(
        run,
        resolved,
        "The run is to have %s '%s', too."
            .formatted(names.size() == 1 ? "posterior" : "posteriors", String.join("', '", names)));
  }
}
