package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.data.Split;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Evaluator.BatchLimit;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plugin.Component;
import io.flexora.api.posterior.Posterior.Snapshots;
import io.flexora.api.run.Event;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.api.selection.TrainingStart;
import io.flexora.api.train.TrainingResult;
import io.flexora.experiment.cell.CellReuse.Choice;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.experiment.inputs.StoredPruning;
import io.flexora.experiment.inputs.StoredValues;
import io.flexora.numerics.score.Scorer;
import io.flexora.numerics.score.ScoringBatches;
import io.flexora.numerics.training.SharedAdapters;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.TestSetOutcome;
import io.flexora.runstore.CellFolder;
import io.flexora.runstore.RunMonitor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One cell, from selection to evaluation. What a phase found is on the disk before the next begins,
 * so a cell that was interrupted goes on where it stood.
 */
public final class CellRun {

  private final RunScope run;
  private final ExperimentInputs inputs;
  private final String name;
  private final CellFolder folder;
  private final CellPhases phases;

  /** Makes the cell of a run; nothing is read or written yet. */
  public CellRun(RunScope run, ExperimentInputs inputs, String name) {
    this.run = run;
    this.inputs = inputs;
    this.name = name;
    this.folder = run.folder().cell(name);
    this.phases = new CellPhases(run, name);
  }

  /**
   * Runs the cell, or what is left of it.
   *
   * @param same how much strategies choose that are told to choose the same as others
   */
  public CellOutcome run(Component<Selector> selector, MatchedBudget same) {
    phases.removeDamaged(folder);
    folder.begin(run.code().apply(name));
    Optional<CellOutcome> ended = folder.success();
    if (ended.isPresent()) {
      return ended.get();
    }
    Selection selection = new CellSearch(run, inputs, name).choice(selector, same);
    Choice choice = new Choice(selection, inputs.training().start(selector), folder.valuesHash());
    if (folder.theta().isPresent()) {
      if (phases.haveEnded(Phase.TRAIN)) {
        return evaluated(choice);
      }
      // A copy from an equal cell that did not end.
      folder.forgetTraining();
    }
    // A training that is cut by time, or that follows a schedule, is no other's.
    boolean whole =
        run.configuration().timeLimit().isEmpty() && selector.get().schedule(selection).isEmpty();
    Optional<CellOutcome> known = whole ? repeated(choice) : Optional.empty();
    if (known.isPresent()) {
      return known.get();
    }
    CellOutcome outcome =
        whole && takesTraining(choice) ? evaluated(choice) : trained(selector, choice);
    if (whole && outcome.trainableParameters() > 0 && folder.find(CellFolder.PRUNED).isEmpty()) {
      run.reuse().keep(run, name, choice);
    }
    return outcome;
  }

  private CellOutcome trained(Component<Selector> selector, Choice choice) {
    try (AdaptedModel model = inputs.adapters().adapt(choice.selection(), folder);
        NDManager manager = inputs.pretrained().model().manager().newSubManager()) {
      train(selector, choice, model, manager);
      if (folder.find(CellFolder.PRUNED).isEmpty() && !inputs.data().head().fitsAnswers()) {
        return evaluated(choice, model, manager);
      }
    }
    return evaluated(choice);
  }

  /** Takes what another cell has come to that trained and evaluated the same, with its record. */
  private Optional<CellOutcome> repeated(Choice choice) {
    return run.reuse()
        .of(run, choice)
        .flatMap(other -> other.outcome().map(found -> repeated(choice, other, found)));
  }

  /** Takes the training of another cell that was evaluated on other examples, if there is one. */
  private boolean takesTraining(Choice choice) {
    Optional<CellReuse.Ended> other =
        run.reuse()
            .trained(run, choice)
            .filter(ended -> ended.outcome().isPresent())
            .filter(ended -> ended.hasHead(inputs.data().head()));
    other.ifPresent(ended -> ended.copyTrainingTo(run, name));
    return other.isPresent();
  }

  private CellOutcome repeated(Choice choice, CellReuse.Ended other, CellOutcome found) {
    other.copyTo(run, name);
    CellOutcome outcome =
        outcome(
            choice,
            found.trainableParameters(),
            found.metrics(),
            found.deciding(),
            found.testSets());
    folder.writeOutcome(outcome);
    return outcome;
  }

  private CellOutcome evaluated(Choice choice) {
    Head head = inputs.data().head();
    if (head.fitsAnswers()) {
      head = TrainedCell.in(folder).head(inputs.data());
    }
    try (AdaptedModel model = inputs.adapters().adapt(choice.selection(), head, folder);
        NDManager manager = inputs.pretrained().model().manager().newSubManager()) {
      return evaluated(choice, model, manager);
    }
  }

  private CellOutcome evaluated(Choice choice, AdaptedModel model, NDManager manager) {
    // What is evaluated is what was kept, also where the model computes in another type.
    NDArray theta = Theta.of(manager, model, folder.theta().orElseThrow());
    CellEvaluations evaluations = evaluate(model, theta, manager);
    CellOutcome outcome =
        outcome(
            choice,
            SharedAdapters.trainable(model),
            evaluations.own().metrics(),
            Optional.of(evaluations.own().deciding()),
            evaluations.outcomes());
    folder.writeOutcome(outcome);
    return outcome;
  }

  private void train(
      Component<Selector> selector, Choice choice, AdaptedModel model, NDManager manager) {
    Optional<TrainingSchedule> schedule = selector.get().schedule(choice.selection());
    TrainingResult result =
        phases.measured(Phase.TRAIN, () -> trained(choice.start(), schedule, model, manager));
    if (!result.pruned().isEmpty()) {
      new StoredPruning(folder).write(result.pruned());
    }
    folder.writeTheta(
        result.theta().toType(DataType.FLOAT32, false).toFloatArray(),
        Head.Saved.of(fitted(inputs.data().head(), model, result.theta(), manager)));
  }

  /** Fits a head to its answers to the validation examples, where it is one to be fitted. */
  private Head fitted(Head head, AdaptedModel model, NDArray theta, NDManager manager) {
    if (!head.fitsAnswers()) {
      return head;
    }
    List<Tokens> validation = inputs.data().tokens(Split.VALIDATION);
    if (validation.isEmpty()) {
      return head.fitted(List.of());
    }
    BatchLimit most =
        inputs.data().evaluator().batchLimit().orElseGet(() -> BatchLimit.ofExamples(1));
    Monitor unrecorded = new Unrecorded(run.monitor(name, Phase.TRAIN.word()));
    ScoredExamples scored =
        new Scorer(new ScoringBatches(most))
            .score(
                CellEvaluation.of(inputs.data(), model, theta, validation, manager, unrecorded),
                false);
    return head.fitted(scored.examples().stream().map(e -> e.prediction().answer()).toList());
  }

  /** The record of a training without the steps that are none of its own. */
  private record Unrecorded(Monitor phase) implements Monitor {

    @Override
    public void step(Progress progress) {}

    @Override
    public void event(Event event) {
      phase.event(event);
    }

    @Override
    public void notice(String sentence) {
      phase.notice(sentence);
    }
  }

  private TrainingResult trained(
      TrainingStart start,
      Optional<TrainingSchedule> schedule,
      AdaptedModel model,
      NDManager manager) {
    RunMonitor monitor = run.monitor(name, Phase.TRAIN.word());
    if (model.parameters().size() == 0) {
      Seeds seeds = new Seeds(run.configuration().seed());
      return TrainingResult.of(model.initialTheta(manager, seeds), 0);
    }
    CellTraining training =
        new CellTraining(
            model,
            Optional.of(inputs.pretrained().model()),
            inputs.data().tokens(Split.TRAIN),
            inputs.data().tokens(Split.VALIDATION),
            schedule,
            Optional.of(new StoredValues(folder)).filter(values -> start.fromValues()),
            start.within(run.configuration().stepsOfTraining()),
            new CellTime(run, name).leftForTraining(),
            manager,
            folder.checkpoints(
                Phase.TRAIN.word(), run.configuration().cell().checkpoints(), monitor),
            new SnapshotStore(folder, snapshots())::offer,
            monitor);
    if (start.fromValues()) {
      monitor.notice(start.sentence());
    }
    TrainingResult result =
        start.isComplete()
            ? TrainingResult.of(training.initialTheta(manager, new Seeds(0)), 0)
            : training.by(run.configuration().cell().trainer().get());
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

  private CellEvaluations evaluate(AdaptedModel model, NDArray theta, NDManager manager) {
    CellPhases.OnExamples evaluating = CellPhases.evaluating(model, theta, manager);
    return phases.evaluated(
        inputs.data(), folder, model.parameters().size() == 0 ? reusing(evaluating) : evaluating);
  }

  /** The evaluation of a model without any training, which is the same for all cells. */
  private static CellPhases.OnExamples reusing(CellPhases.OnExamples evaluating) {
    return (of, monitor) -> {
      if (of.untrained().isPresent()) {
        return reused(of.untrained().get(), monitor);
      }
      Evaluation evaluation = evaluating.of(of, monitor);
      of.keepUntrained(evaluation);
      return evaluation;
    };
  }

  /** What another cell found that trained nothing either. */
  private static Evaluation reused(Evaluation known, Monitor monitor) {
    long examples = known.predictions().size();
    monitor.event(new Event.EvaluationReused(examples));
    monitor.step(Progress.of(examples, examples));
    return known;
  }

  private CellOutcome outcome(
      Choice choice,
      long parameters,
      Map<String, MetricValue> metrics,
      Optional<String> deciding,
      Map<String, TestSetOutcome> testSets) {
    List<RunEvent> record = run.record();
    Selection selection = choice.selection();
    return CellOutcome.of(run.configuration().seed())
        .selectedLayers(selection.layers())
        .selectedModules(selection.modules())
        .scores(selection.scores())
        .moduleScores(selection.moduleScores())
        .scoreDescriptions(selection.descriptions())
        .searchEnd(selection.end())
        .start(Optional.of(choice.start()).filter(TrainingStart::fromValues))
        .trainableParameters(parameters)
        .metrics(metrics)
        .deciding(deciding)
        .testSets(testSets)
        .seconds(phases.seconds(record))
        .peakMemoryBytes(phases.peakMemoryBytes(record))
        .versions(run.versions())
        .build();
  }
}
