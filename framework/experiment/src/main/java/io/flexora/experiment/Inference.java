package io.flexora.experiment;

import ai.djl.Device;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Phase;
import io.flexora.api.task.PredictionTask;
import io.flexora.experiment.estimate.OutOfMemory;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ExtensionServices;
import io.flexora.experiment.setup.ListenerMonitor;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.Export;
import io.flexora.experiment.use.ExportOutcome;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.experiment.use.GeneratedText;
import io.flexora.experiment.use.GenerationRequest;
import io.flexora.experiment.use.LoadedBase;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.experiment.use.ModelPrediction;
import io.flexora.experiment.use.ModelScoring;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.experiment.use.Shrinking;
import io.flexora.experiment.use.ShrunkAdapter;
import io.flexora.experiment.use.TextGeneration;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Lets a model of an experiment score, answer, write and be saved, without a run. */
final class Inference {

  private final BoundExperiment experiment;
  private final ExtensionServices services;
  private final Preparation preparation;
  private final BooleanSupplier cancelled;

  Inference(
      BoundExperiment experiment,
      ExtensionServices services,
      Preparation preparation,
      BooleanSupplier cancelled) {
    this.experiment = experiment;
    this.services = services;
    this.preparation = preparation;
    this.cancelled = cancelled;
  }

  /** See {@link Experiment#evaluate}. */
  ScoredModel score(EvaluationTarget subject, Split split, RunListener listener) {
    preparation.use(listener);
    recall(subject);
    List<Device> devices = services.all();
    Monitor monitor = monitor(subject, listener);
    ExperimentConfiguration configuration = experiment.configuration();
    ExperimentProvenance provenance = new ExperimentProvenance(experiment);
    try (ExperimentInputs inputs = ExperimentInputs.toScore(configuration, services, split)) {
      return OutOfMemory.explained(
          () ->
              new ModelScoring(configuration, inputs, experiment.adapters(), experiment.evaluator())
                  .score(
                      subject,
                      split,
                      monitor,
                      () ->
                          provenance.of(
                              devices, inputs.pretrained().model(), services.files().hashes())));
    }
  }

  /** See {@link Experiment#predict}. */
  List<PredictedRow> predict(EvaluationTarget subject, List<Row> rows, RunListener listener) {
    preparation.use(listener);
    recall(subject);
    Monitor monitor = monitor(subject, listener);
    ExperimentConfiguration configuration = experiment.configuration();
    try (ExperimentInputs inputs = ExperimentInputs.toScore(configuration, services, Split.TEST)) {
      return OutOfMemory.explained(
          () ->
              new ModelPrediction(configuration, inputs)
                  .predict(subject, experiment.adapters(), rows, monitor));
    }
  }

  /** What a run has trained computes in the type that the run began with. */
  private void recall(EvaluationTarget subject) {
    if (subject instanceof EvaluationTarget.Trained trained) {
      services.decisions().recall(RunFolder.decisions(trained.run()));
    }
  }

  private Monitor monitor(EvaluationTarget subject, RunListener listener) {
    return new ListenerMonitor(listener, cancelled, subject.name(), Phase.EVALUATE.word());
  }

  /** See {@link Experiment#generate}. */
  GeneratedText generate(
      EvaluationTarget subject,
      GenerationRequest request,
      RunListener listener,
      Consumer<String> pieces) {
    preparation.use(listener);
    recall(subject);
    ExperimentConfiguration configuration = experiment.configuration();
    try (ExperimentInputs inputs = ExperimentInputs.of(configuration, services)) {
      String backend = configuration.model().name();
      return OutOfMemory.explained(
          () ->
              new TextGeneration(backend, inputs)
                  .generate(subject, experiment.adapters(), request, cancelled, pieces));
    }
  }

  /** See {@link Experiment#load}. */
  LoadedModel load(EvaluationTarget target, LoadedModel.Limits limits, RunListener listener) {
    ExperimentConfiguration configuration = experiment.configuration();
    // As evaluate and predict compute, or where nothing can be predicted as generate does.
    boolean asks = configuration.data().task().get() instanceof PredictionTask;
    return LoadedBase.load(
        new LoadedBase.Surroundings(
            configuration,
            () -> {
              preparation.use(listener);
              recall(target);
              return asks
                  ? ExperimentInputs.toScore(configuration, services, Split.TEST)
                  : ExperimentInputs.of(configuration, services);
            },
            experiment.adapters(),
            experiment.catalog(),
            cancelled,
            monitor(target, RunListener.NONE)),
        limits,
        target);
  }

  /** See {@link Experiment#export(EvaluationTarget, ExportRequest, RunListener)}. */
  ExportOutcome export(EvaluationTarget source, ExportRequest request, RunListener listener) {
    preparation.use(listener);
    try (ExperimentInputs inputs = inputs(source)) {
      return OutOfMemory.explained(
          () -> new Export(inputs, experiment.adapters()).write(source, request));
    }
  }

  /** See {@link Experiment#shrink}. */
  ShrunkAdapter shrink(
      EvaluationTarget.Adapted source, ExportRequest request, RunListener listener) {
    preparation.use(listener);
    Monitor monitor = monitor(source, listener);
    ExperimentConfiguration configuration = experiment.configuration();
    if (source instanceof EvaluationTarget.Trained trained) {
      services.decisions().recall(RunFolder.decisions(trained.run()));
    }
    try (ExperimentInputs inputs =
        source instanceof EvaluationTarget.Trained
            ? ExperimentInputs.of(configuration, services)
            : ExperimentInputs.forInference(configuration, services)) {
      return OutOfMemory.explained(
          () ->
              new Shrinking(configuration, inputs, experiment.adapters())
                  .shrink(source, request, monitor));
    }
  }

  /** A cell computes as it was trained, an adapter as it is evaluated. */
  private ExperimentInputs inputs(EvaluationTarget source) {
    ExperimentConfiguration configuration = experiment.configuration();
    recall(source);
    if (source instanceof EvaluationTarget.Trained) {
      return ExperimentInputs.of(configuration, services);
    }
    return ExperimentInputs.toScore(configuration, services, Split.TEST);
  }
}
