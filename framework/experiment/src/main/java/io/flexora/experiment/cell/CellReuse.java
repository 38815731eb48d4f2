package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Head;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Posterior.Snapshots;
import io.flexora.api.run.Event;
import io.flexora.api.run.Phase;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.experiment.inputs.StoredValues;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.InputsKey;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunCell;
import io.flexora.results.run.RunEvent;
import io.flexora.runstore.CellFolder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The searches, trainings and evaluations of cells of the same model and training data. One that
 * searches with the same strategy, adapter and seed would choose the same, and takes the choice.
 * One that adapts the same modules from the same start with the same batches would come to the same
 * numbers, and takes those; where it is evaluated on other examples, it takes what was trained.
 */
public final class CellReuse {

  /**
   * The dependencies of a search beside the model: all that its context and its options tell it.
   *
   * @param inputs what the inputs of an equal cell have in common for a search, such as its adapter
   * @param training the same for a training, such as its trainer, where the strategy chooses from
   *     what one has trained
   * @param examples the hash of those that it sees
   * @param same how much the strategy chooses if it is told to choose the same as others
   */
  record Search(
      long seed,
      String inputs,
      Optional<String> training,
      String examples,
      Component<Selector> selector,
      MatchedBudget same) {}

  /**
   * The dependencies of the training of a cell beside model and data.
   *
   * @param inputs what the inputs of an equal cell have in common, such as its adapter and trainer
   * @param values the SHA-256 of the values at which it begins; empty for initial ones
   * @param steps the steps that the strategy gives it
   * @param snapshots what posteriors ask the training to keep
   */
  private record Training(
      long seed,
      String inputs,
      List<Integer> layers,
      List<ChosenModule> modules,
      Optional<String> values,
      OptionalLong steps,
      List<Snapshots> snapshots) {}

  /**
   * The choice of a cell, and where its training begins.
   *
   * @param values the SHA-256 of the values that the search has brought; empty if it has none
   */
  record Choice(Selection selection, TrainingStart start, Optional<String> values) {}

  /**
   * The dependencies of a whole cell.
   *
   * @param evaluation what the evaluation of an equal cell has in common, such as its examples
   */
  private record Whole(Training training, String evaluation) {}

  /**
   * A search that was done from its first step to its end.
   *
   * @param name the cell that did it, for messages
   * @param folder the folder of that cell, with the values that it has brought
   * @param events what it recorded in its search
   */
  record Searched(String name, CellFolder folder, Selection selection, List<RunEvent> events) {

    /** Whether all that it has come to is as it was written. */
    boolean isWhole() {
      return folder.valuesHash().isEmpty() || folder.damage().isEmpty();
    }

    /** Writes what was recorded into the record of another cell, which says where it is from. */
    void copyTo(RunScope run, String cell) {
      new StoredValues(run.folder().cell(cell)).copyFrom(folder);
      run.monitor(cell, "")
          .notice(
              ("The same search was done by %s: its choice is taken, with the time and the memory"
                      + " that it took.")
                  .formatted(name));
      append(run, cell, events);
    }
  }

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

    /** Whether it was trained with this head, of the same classes in the same order. */
    boolean hasHead(Head head) {
      return folder.head().filter(saved -> saved.isOf(head)).isPresent();
    }

    /** Writes all but the outcome into another cell, whose record says where it is from. */
    void copyTo(RunScope run, String cell) {
      CellFolder other = run.folder().cell(cell);
      copyStart(other);
      other.writePredictions(folder.predictions());
      folder.answers().ifPresent(other::writeAnswers);
      Map<String, List<Prediction>> testSets = folder.testSets();
      if (!testSets.isEmpty()) {
        other.writeTestSets(testSets);
      }
      copyTheta(other);
      tell(run, cell, "what came out there is taken, with the time and the memory that it took");
      append(run, cell, events);
    }

    /** Writes what was trained into another cell, and into its record where it is from. */
    void copyTrainingTo(RunScope run, String cell) {
      CellFolder other = run.folder().cell(cell);
      copyStart(other);
      copyTheta(other);
      tell(run, cell, "its training is taken, with the time and the memory that it took");
      append(run, cell, events.stream().filter(event -> isOf(Phase.TRAIN, event)).toList());
    }

    private void copyStart(CellFolder other) {
      folder
          .find(CellFolder.START)
          .ifPresent(start -> other.write(CellFolder.START, out -> Files.copy(start, out)));
      NavigableMap<Long, float[]> snapshots = folder.snapshots();
      if (!snapshots.isEmpty()) {
        other.writeSnapshots(snapshots);
      }
    }

    private void copyTheta(CellFolder other) {
      // Trained parameters without the record of a training are those of a copy that did not end.
      other.writeTheta(
          folder.theta().orElseThrow(), folder.head().orElseGet(() -> Head.Saved.of(Head.NONE)));
    }

    private void tell(RunScope run, String cell, String taken) {
      run.monitor(cell, "")
          .notice(
              "The same layers were trained from the same start by %s: %s.".formatted(name, taken));
    }
  }

  /**
   * The dependencies of a training of all layers in a search, beside model and data.
   *
   * @param inputs what the inputs of an equal cell have in common for a training
   */
  private record AllLayersKey(long seed, String inputs) {}

  /**
   * A training of all layers.
   *
   * @param name the cell that did it, for messages
   * @param events the start of its phase and its steps, as of a search
   */
  private record AllLayersTrained(String name, Supplier<float[]> theta, List<RunEvent> events) {

    /** The trained values of a cell after a phase. */
    static AllLayersTrained in(
        Phase phase, String name, Supplier<float[]> theta, List<RunEvent> events) {
      return new AllLayersTrained(
          name,
          theta,
          events.stream()
              .filter(event -> isOf(phase, event))
              .flatMap(event -> ofSearch(event).stream())
              .toList());
    }

    private static Optional<RunEvent> ofSearch(RunEvent of) {
      return of.what() instanceof Event.PhaseStarted
          ? Optional.of(
              new RunEvent(
                  of.time(), of.cell(), "", 0, new Event.PhaseStarted(Phase.SEARCH.word())))
          : of.what() instanceof Event.StepDone
              ? Optional.of(
                  new RunEvent(of.time(), of.cell(), Phase.SEARCH.word(), of.step(), of.what()))
              : Optional.empty();
    }
  }

  private final Map<AllLayersKey, AllLayersTrained> allLayers;
  private final Map<Search, Searched> searched;
  private final Map<Whole, Ended> ended;
  private final Map<Training, Ended> trained;
  private final InputsKey inputs;

  /** Of inputs that no other cell has. */
  public CellReuse() {
    this(
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>(),
        new HashMap<>(),
        new InputsKey("", "", "", "", ""));
  }

  private CellReuse(
      Map<AllLayersKey, AllLayersTrained> allLayers,
      Map<Search, Searched> searched,
      Map<Whole, Ended> ended,
      Map<Training, Ended> trained,
      InputsKey inputs) {
    this.allLayers = allLayers;
    this.searched = searched;
    this.ended = ended;
    this.trained = trained;
    this.inputs = inputs;
  }

  /** The same cells as those of other inputs see them, with the same model and training data. */
  public CellReuse of(InputsKey other) {
    return new CellReuse(allLayers, searched, ended, trained, other);
  }

  /**
   * The search of a cell.
   *
   * @param examples the hash of those that it sees
   * @param same how much the strategy chooses if it is told to choose the same as others
   */
  Search search(RunScope run, String examples, Component<Selector> selector, MatchedBudget same) {
    Optional<String> training =
        Optional.of(inputs.training()).filter(any -> selector.get().choosesFromTrained());
    return new Search(
        run.configuration().seed(), inputs.search(), training, examples, selector, same);
  }

  /** Keeps what a cell chose by a search that was done from its first step to its end. */
  void keepSearch(RunScope run, String cell, Search search, Selection selection) {
    List<RunEvent> own = events(run, cell, Phase.SEARCH);
    // A choice without a step is made at once, and who made it first is worth no notice.
    if (own.stream().anyMatch(event -> event.what() instanceof Event.StepDone)) {
      forgetOtherSeeds(run);
      searched.putIfAbsent(
          search, new Searched(name(run, cell), run.folder().cell(cell), selection, own));
    }
  }

  /** The training of all layers in the search of a cell, which another cell may have done. */
  CellSelection.AllLayers allLayers(RunScope run, ExperimentInputs own, String cell) {
    AllLayersKey key = new AllLayersKey(run.configuration().seed(), inputs.training());
    return new CellSelection.AllLayers() {

      @Override
      public Optional<float[]> known() {
        Optional<AllLayersTrained> known =
            Optional.ofNullable(allLayers.get(key)).or(() -> ofWholeCell(run, own));
        known.ifPresent(of -> takeOver(run, cell, of));
        return known.map(of -> of.theta().get());
      }

      @Override
      public void keep(NDArray theta) {
        forgetOtherSeeds(run);
        float[] values = theta.toFloatArray();
        allLayers.put(
            key,
            AllLayersTrained.in(
                Phase.SEARCH, name(run, cell), () -> values, events(run, cell, Phase.SEARCH)));
      }
    };
  }

  /** A schedule of the adapter changes the training of a cell, and none in a search. */
  private Optional<AllLayersTrained> ofWholeCell(RunScope run, ExperimentInputs own) {
    Selection all = Selection.of(own.pretrained().allLayers());
    return trained(run, new Choice(all, TrainingStart.INITIAL, Optional.empty()))
        .filter(cell -> own.adapters().method().schedule().isEmpty())
        .filter(cell -> cell.hasHead(own.data().head()))
        .filter(cell -> cell.outcome().isPresent())
        .map(
            cell ->
                AllLayersTrained.in(
                    Phase.TRAIN,
                    cell.name(),
                    () -> cell.folder().theta().orElseThrow(),
                    cell.events()));
  }

  /** The time of the training counts as that of the search, which goes on from now. */
  private static void takeOver(RunScope run, String cell, AllLayersTrained of) {
    run.monitor(cell, "")
        .notice(
            "All layers were trained alike by %s: that training is taken, with the time that it took."
                .formatted(of.name()));
    append(run, cell, of.events());
    PhaseRecord.start(run.monitor(cell, ""), Phase.SEARCH);
  }

  /** Keeps what a cell has trained and evaluated as a whole. */
  void keep(RunScope run, String cell, Choice choice) {
    Ended one =
        new Ended(
            name(run, cell),
            run.folder().cell(cell),
            events(run, cell, Phase.TRAIN, Phase.EVALUATE));
    forgetOtherSeeds(run);
    ended.putIfAbsent(whole(run, choice), one);
    trained.putIfAbsent(training(run, choice), one);
  }

  /** Cells run seed by seed, and what another seed has done is asked for no more. */
  private void forgetOtherSeeds(RunScope run) {
    long seed = run.configuration().seed();
    allLayers.keySet().removeIf(key -> key.seed() != seed);
    searched.keySet().removeIf(key -> key.seed() != seed);
    ended.keySet().removeIf(key -> key.training().seed() != seed);
    trained.keySet().removeIf(key -> key.seed() != seed);
  }

  /** What the same search came to. */
  Optional<Searched> searched(Search search) {
    return Optional.ofNullable(searched.get(search)).filter(Searched::isWhole);
  }

  /** The cell that has trained and evaluated the same. */
  Optional<Ended> of(RunScope run, Choice choice) {
    return Optional.ofNullable(ended.get(whole(run, choice)));
  }

  /** The cell that has trained the same, whatever it was evaluated on. */
  Optional<Ended> trained(RunScope run, Choice choice) {
    return Optional.ofNullable(trained.get(training(run, choice)));
  }

  private Whole whole(RunScope run, Choice choice) {
    return new Whole(training(run, choice), inputs.evaluation());
  }

  private Training training(RunScope run, Choice choice) {
    ExperimentConfiguration configuration = run.configuration();
    return new Training(
        configuration.seed(),
        inputs.training(),
        choice.selection().layers(),
        choice.selection().modules(),
        choice.values(),
        choice.start().steps(),
        configuration.cell().posteriors().values().stream()
            .map(posterior -> posterior.get().snapshots())
            .filter(snapshots -> snapshots.count() > 0)
            .toList());
  }

  private static String name(RunScope run, String cell) {
    String name = run.configuration().name();
    return cell.equals(RunCell.MAIN) ? name : name + ", cell " + cell;
  }

  private static void append(RunScope run, String cell, List<RunEvent> events) {
    for (RunEvent of : events) {
      run.folder().events().append(new RunEvent(of.time(), cell, of.phase(), of.step(), of.what()));
    }
  }

  /** What a cell has recorded in some phases, with the marks of their starts and ends. */
  private static List<RunEvent> events(RunScope run, String cell, Phase... phases) {
    return run.record().stream()
        .filter(event -> event.cell().equals(cell))
        .filter(event -> Arrays.stream(phases).anyMatch(phase -> isOf(phase, event)))
        .toList();
  }

  private static boolean isOf(Phase phase, RunEvent event) {
    return event.isIn(phase)
        || (event.what() instanceof Event.PhaseStarted started
            && started.phase().equals(phase.word()))
        || (event.what() instanceof Event.PhaseEnded ended && ended.phase().equals(phase.word()))
        || (event.what() instanceof Event.PhaseFailed failed
            && failed.phase().equals(phase.word()));
  }
}
