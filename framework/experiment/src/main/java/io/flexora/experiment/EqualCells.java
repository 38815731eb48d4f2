package io.flexora.experiment;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.model.ChosenModule;
import io.flexora.api.report.CellOutcome;
import io.flexora.api.report.RunCell;
import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selection;
import io.flexora.runstore.CellFolder;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What cells of the same inputs have trained and evaluated. One that adapts the same modules from
 * the same start with the same batches would come to the same numbers, and takes those.
 */
final class EqualCells {

  /**
   * What the training of a cell depends on beside its inputs.
   *
   * @param inputs what the inputs of an equal cell have in common, such as its adapter and trainer
   * @param run what the run was asked to keep: its posteriors and texts
   */
  private record Key(
      long seed, String inputs, List<Integer> layers, List<ChosenModule> modules, List<?> run) {}

  /**
   * A cell that has ended.
   *
   * @param name where it is, for messages
   * @param events what it recorded in its training and its evaluation
   */
  record Ended(String name, CellFolder folder, List<RunEvent> events) {

    /** Its outcome, if all its files are as they were written. */
    Optional<CellOutcome> outcome() {
      return folder.damage().isPresent() ? Optional.empty() : folder.success();
    }

    /** Writes all but the outcome into another cell, whose record says where it is from. */
    void copyTo(RunScope run, String cell) {
      CellFolder other = run.folder().cell(cell);
      folder
          .find(CellFolder.START)
          .ifPresent(start -> other.write(CellFolder.START, out -> Files.copy(start, out)));
      NavigableMap<Long, float[]> snapshots = folder.snapshots();
      if (!snapshots.isEmpty()) {
        other.writeSnapshots(snapshots);
      }
      other.writePredictions(folder.predictions());
      folder.answers().ifPresent(other::writeAnswers);
      Map<String, List<Prediction>> testSets = folder.testSets();
      if (!testSets.isEmpty()) {
        other.writeTestSets(testSets);
      }
      // Trained parameters without the record of a training are those of a copy that did not end.
      other.writeTheta(folder.theta().orElseThrow(), folder.classes().orElse(List.of()));
      run.monitor(cell, "")
          .notice(
              ("The same layers were trained from the same start by %s: what came out there is"
                      + " taken, with the time and the memory that it took.")
                  .formatted(name));
      for (RunEvent of : events) {
        run.folder()
            .events()
            .append(new RunEvent(of.time(), cell, of.phase(), of.step(), of.what()));
      }
    }
  }

  private final Map<Key, Ended> ended;
  private final String inputs;

  /** Of inputs that no other cell has. */
  EqualCells() {
    this(new HashMap<>(), "");
  }

  private EqualCells(Map<Key, Ended> ended, String inputs) {
    this.ended = ended;
    this.inputs = inputs;
  }

  /** The same cells as those of other inputs see them, with the same model and data. */
  EqualCells of(String otherInputs) {
    return new EqualCells(ended, otherInputs);
  }

  /** Keeps what a cell has trained and evaluated as a whole. */
  void keep(RunScope run, String cell, Selection selection) {
    List<RunEvent> own =
        run.record().stream()
            .filter(event -> event.cell().equals(cell))
            .filter(event -> isOf(Phase.TRAIN, event) || isOf(Phase.EVALUATE, event))
            .toList();
    String name = run.configuration().name();
    // Cells run seed by seed, and what another seed has trained is asked for no more.
    ended.keySet().removeIf(key -> key.seed() != run.configuration().seed());
    ended.putIfAbsent(
        key(run, selection),
        new Ended(
            cell.equals(RunCell.MAIN) ? name : name + ", cell " + cell,
            run.folder().cell(cell),
            own));
  }

  /** The cell that has trained and evaluated the same. */
  Optional<Ended> of(RunScope run, Selection selection) {
    return Optional.ofNullable(ended.get(key(run, selection)));
  }

  private Key key(RunScope run, Selection selection) {
    ExperimentConfiguration configuration = run.configuration();
    return new Key(
        configuration.seed(),
        inputs,
        selection.layers(),
        selection.modules(),
        List.of(
            configuration.data().exampleTexts(),
            configuration.cell().posteriors().values().stream()
                .map(posterior -> posterior.get().snapshots())
                .toList()));
  }

  private static boolean isOf(Phase phase, RunEvent event) {
    return event.isIn(phase)
        || (event.what() instanceof Event.PhaseStarted started
            && started.phase().equals(phase.word()))
        || (event.what() instanceof Event.PhaseEnded ended && ended.phase().equals(phase.word()));
  }
}
