package io.flexora.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Snapshots;
import io.flexora.api.report.CellOutcome;
import io.flexora.api.report.RunEvent;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.train.LayerSchedule;
import io.flexora.api.train.TrainingResult;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunMonitor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One cell, from selection to evaluation. What a phase found is on the disk before the next begins,
 * so a cell that was interrupted goes on where it stood.
 */
final class CellRun {

  private static final double MILLIS = 1e3;

  private final RunScope run;
  private final ExperimentInputs inputs;
  private final String name;
  private final CellFolder folder;
  private final CellPhases phases;

  CellRun(RunScope run, ExperimentInputs inputs, String name) {
    this.run = run;
    this.inputs = inputs;
    this.name = name;
    this.folder = run.folder().cell(name);
    this.phases = new CellPhases(run, name);
  }

  /**
   * Runs the cell, or what is left of it.
   *
   * @param sameCount how many layers strategies choose that are told {@code same}; may be empty
   */
  CellOutcome run(Component<Selector> selector, OptionalInt sameCount) {
    phases.removeDamaged(folder);
    folder.begin(run.code().apply(name));
    Optional<CellOutcome> ended = folder.success();
    if (ended.isPresent()) {
      return ended.get();
    }
    Selection selection = search(selector, sameCount);
    if (folder.theta().isPresent()) {
      return evaluated(selection);
    }
    try (AdaptedModel model = inputs.adapt(selection.layers(), folder);
        NDManager manager = inputs.model().manager().newSubManager()) {
      train(selector, selection, model, manager);
      if (folder.find(CellFolder.PRUNED).isEmpty()) {
        return evaluated(selection, model, manager);
      }
    }
    return evaluated(selection);
  }

  private CellOutcome evaluated(Selection selection) {
    try (AdaptedModel model = inputs.adapt(selection.layers(), folder);
        NDManager manager = inputs.model().manager().newSubManager()) {
      return evaluated(selection, model, manager);
    }
  }

  private CellOutcome evaluated(Selection selection, AdaptedModel model, NDManager manager) {
    // What is evaluated is what was kept, also where the model computes in another type.
    NDArray theta = Theta.of(manager, model, folder.theta().orElseThrow());
    Evaluation evaluation = evaluate(model, theta, manager);
    CellOutcome outcome = outcome(selection, model, evaluation);
    folder.writeOutcome(outcome);
    return outcome;
  }

  private Selection search(Component<Selector> selector, OptionalInt sameCount) {
    return folder
        .selection()
        .orElseGet(
            () -> {
              Selection selection =
                  phases.measured(Phase.SEARCH, () -> select(selector, sameCount));
              folder.writeSelection(selection);
              return selection;
            });
  }

  private Selection select(Component<Selector> selector, OptionalInt sameCount) {
    RunMonitor monitor = run.monitor(name, Phase.SEARCH.word());
    SearchDeadline deadline =
        new SearchDeadline(System::nanoTime, new CellTime(run, name).leftForSearch());
    try (CellSelection context =
        new CellSelection(
            inputs,
            new Seeds(run.configuration().seed()),
            sameCount,
            deadline,
            folder.checkpoints(
                Phase.SEARCH.word(), run.configuration().cell().checkpoints(), monitor),
            monitor)) {
      Selection selection = selector.get().select(context);
      requireLayers(selector.name(), selection, inputs.shape());
      if (deadline.hasEndedTheSearch()) {
        tellCut(monitor);
      }
      monitor.event(new Event.LayersSelected(selection.layers(), selector.name()));
      return selection;
    }
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

  /**
   * Checks a choice.
   *
   * @throws FlexoraException if the model has no such layers
   */
  static void requireLayers(String selector, Selection selection, ModelShape shape) {
    int layers = shape.layers();
    for (int layer : selection.layers()) {
      if (layer < 0 || layer >= layers) {
        throw new FlexoraException(
            "selector '%s' chose layer %d of a model with layers 0 to %d"
                .formatted(selector, layer, layers - 1));
      }
    }
    for (var score : selection.scores().entrySet()) {
      if (score.getValue().size() != layers) {
        throw new FlexoraException(
            "selector '%s' gave %d values of '%s' for %d layers"
                .formatted(selector, score.getValue().size(), score.getKey(), layers));
      }
    }
  }

  private void train(
      Component<Selector> selector, Selection selection, AdaptedModel model, NDManager manager) {
    Optional<LayerSchedule> schedule = selector.get().schedule(selection);
    TrainingResult result = phases.measured(Phase.TRAIN, () -> trained(schedule, model, manager));
    if (!result.pruned().isEmpty()) {
      new StoredPruning(folder).write(result.pruned());
    }
    folder.writeTheta(result.theta().toType(DataType.FLOAT32, false).toFloatArray());
  }

  private TrainingResult trained(
      Optional<LayerSchedule> schedule, AdaptedModel model, NDManager manager) {
    RunMonitor monitor = run.monitor(name, Phase.TRAIN.word());
    if (model.parameters().size() == 0) {
      Seeds seeds = new Seeds(run.configuration().seed());
      return TrainingResult.of(model.initialTheta(manager, seeds), 0);
    }
    TrainingResult result =
        run.configuration()
            .cell()
            .trainer()
            .get()
            .train(
                new CellTraining(
                    model,
                    Optional.of(inputs.model()),
                    inputs.tokens(Split.TRAIN),
                    inputs.tokens(Split.VALIDATION),
                    schedule,
                    run.configuration().stepsOfTraining(),
                    new CellTime(run, name).leftForTraining(),
                    manager,
                    folder.checkpoints(
                        Phase.TRAIN.word(), run.configuration().cell().checkpoints(), monitor),
                    new SnapshotStore(folder, snapshots())::offer,
                    monitor));
    monitor.event(
        new Event.Trained(
            result.step(), result.trainingLoss(), result.validationLoss(), result.figures()));
    return result;
  }

  private List<Snapshots> snapshots() {
    return run.configuration().cell().posteriors().values().stream()
        .map(posterior -> posterior.get().snapshots())
        .toList();
  }

  private Evaluation evaluate(AdaptedModel model, NDArray theta, NDManager manager) {
    RunMonitor monitor = run.monitor(name, Phase.EVALUATE.word());
    boolean untrained = model.parameters().size() == 0;
    Evaluation evaluation =
        untrained && inputs.untrained().isPresent()
            ? phases.measured(Phase.EVALUATE, () -> reused(inputs.untrained().get(), monitor))
            : phases.evaluated(inputs, model, theta, manager);
    if (untrained) {
      inputs.keepUntrained(evaluation);
    }
    folder.writePredictions(evaluation.predictions());
    return evaluation;
  }

  /** What another cell found that trained nothing either. */
  private static Evaluation reused(Evaluation known, RunMonitor monitor) {
    long examples = known.predictions().size();
    monitor.event(new Event.EvaluationReused(examples));
    monitor.step(Progress.of(examples, examples));
    return known;
  }

  private CellOutcome outcome(Selection selection, AdaptedModel model, Evaluation evaluation) {
    List<RunEvent> record = run.record();
    return new CellOutcome(
        selection.layers(),
        selection.scores(),
        selection.descriptions(),
        model.parameters().size(),
        evaluation.metrics(),
        Map.of(),
        Optional.of(evaluation.deciding()),
        phases.seconds(record),
        phases.peakMemoryBytes(record),
        run.configuration().seed(),
        run.versions(),
        Optional.empty());
  }
}
