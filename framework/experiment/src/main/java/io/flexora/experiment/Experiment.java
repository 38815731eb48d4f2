package io.flexora.experiment;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.Decisions.Decision;
import io.flexora.api.run.FlexoraException;
import io.flexora.config.option.MovingOptions;
import io.flexora.config.schema.JsonSchema;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.experiment.cell.CellCode;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.experiment.check.Benchmark;
import io.flexora.experiment.check.CheckReport;
import io.flexora.experiment.check.SpeedReport;
import io.flexora.experiment.estimate.MemoryEstimate;
import io.flexora.experiment.estimate.StatedCost;
import io.flexora.experiment.estimate.TrainableSize;
import io.flexora.experiment.estimate.TrainingCosts;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.experiment.setup.ExtensionServices;
import io.flexora.experiment.setup.GuardedListener;
import io.flexora.experiment.setup.InstalledTypes;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ExportOutcome;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.experiment.use.GeneratedText;
import io.flexora.experiment.use.GenerationRequest;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.experiment.use.ModelPrediction;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.experiment.use.ScoredModel;
import io.flexora.experiment.use.ShrunkAdapter;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An experiment whose configuration was found in order: to be checked, run, or resumed. One thread
 * runs it; {@link #cancel} may be called from any.
 *
 * @since 0.1
 */
public final class Experiment {

  private final BoundExperiment bound;
  private final ExtensionServices services;
  private final DryRun dryRun;
  private final Inference inference;
  private final ExperimentRun running;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private Experiment(BoundExperiment bound) {
    this.bound = bound;
    this.services = bound.newServices();
    Preparation preparation = new Preparation(bound, services, this::ends);
    this.dryRun = new DryRun(bound, services, preparation);
    this.inference = new Inference(bound, services, preparation, this::ends);
    this.running = new ExperimentRun(bound, services, preparation, this::ends);
    services.use(preparation.downloads(RunListener.NONE));
  }

  /** Whether it was cancelled, its thread was interrupted, or the host is being closed. */
  private boolean ends() {
    return cancelled.get() || Thread.currentThread().isInterrupted() || bound.catalog().isClosing();
  }

  /**
   * Binds a configuration to the installed extensions.
   *
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public static Experiment of(ExtensionCatalog catalog, ConfigNode configuration) {
    return new Experiment(BoundExperiment.of(catalog, configuration));
  }

  /**
   * Describes the files of experiments as JSON Schema, for editors.
   *
   * @param catalog the extensions to choose from
   */
  public static String schema(ExtensionCatalog catalog) {
    return new JsonSchema().forRecord(ExperimentConfiguration.class, new InstalledTypes(catalog));
  }

  /** The options, defaults included. */
  public ExperimentConfiguration configuration() {
    return bound.configuration();
  }

  /** The configuration with every option written out, as YAML. */
  public String resolved() {
    return bound.resolved();
  }

  /**
   * The options of a run's configuration but those that move none of its numbers.
   *
   * @param resolved with every option written out
   */
  public ConfigNode moving(ConfigNode resolved) {
    return MovingOptions.all(new InstalledTypes(bound.catalog()))
        .of((Mapping) resolved, ExperimentConfiguration.class);
  }

  /**
   * Finds out what a run would do, without loading weights or training anything. What a run refuses
   * before it loads weights is refused here, by the same code: what does not fit together at once,
   * what this machine has no memory or place for by {@link CheckReport#refusal}. A GPU that is not
   * there is described as if it were.
   *
   * @param listener hears of downloads
   * @throws FlexoraException if the model or the data is not there or does not fit
   */
  public CheckReport check(RunListener listener) {
    return bound.catalog().undisturbed(() -> dryRun.check(GuardedListener.of(listener)));
  }

  /**
   * Scores a model on the rows of a split, without training it and without writing anything.
   *
   * @param listener hears of downloads and of the progress
   * @throws io.flexora.api.run.CancelledException if it was cancelled
   * @throws FlexoraException if the model, the adapter or the data is not there or does not fit
   */
  public ScoredModel evaluate(EvaluationTarget subject, Split split, RunListener listener) {
    return bound
        .catalog()
        .undisturbed(() -> inference.score(subject, split, GuardedListener.of(listener)));
  }

  /**
   * Lets a model answer rows whose answers are not known. A trained cell needs no data for that.
   *
   * @param rows at least one, with the fields that the task asks about
   * @param listener hears of downloads and of the progress
   * @return one for each row, in their order
   * @throws io.flexora.api.run.CancelledException if it was cancelled
   * @throws FlexoraException if the task cannot ask, a row lacks a field, or the model or the
   *     adapter is not there or does not fit
   */
  public List<PredictedRow> predict(
      EvaluationTarget subject, List<Row> rows, RunListener listener) {
    return bound
        .catalog()
        .undisturbed(() -> inference.predict(subject, rows, GuardedListener.of(listener)));
  }

  /**
   * The field of the text that {@link #predict} asks about, where a text is all that it needs.
   *
   * @throws FlexoraException if the task cannot ask
   */
  public Optional<String> textField() {
    return ModelPrediction.task(bound.configuration()).textField();
  }

  /**
   * Lets a model go on with a text.
   *
   * @param listener hears of downloads
   * @param pieces hears of the text as it comes, in whole characters
   * @throws io.flexora.api.run.CancelledException if it was cancelled
   * @throws FlexoraException if the model cannot generate text, or it or its adapter is not there
   *     or does not fit
   */
  public GeneratedText generate(
      EvaluationTarget subject,
      GenerationRequest request,
      RunListener listener,
      Consumer<String> pieces) {
    return bound
        .catalog()
        .undisturbed(
            () -> inference.generate(subject, request, GuardedListener.of(listener), pieces));
  }

  /**
   * Loads a model to use it many times, from any thread. It answers as {@link #predict} and {@link
   * #generate} do.
   *
   * @param limits the bounds of what it does at once
   * @param listener hears of downloads
   * @return the model, to be closed by the caller; {@link #cancel} ends it, too
   * @throws io.flexora.api.run.CancelledException if it was cancelled
   * @throws FlexoraException if the model or the adapter is not there or does not fit
   */
  public LoadedModel load(
      EvaluationTarget subject, LoadedModel.Limits limits, RunListener listener) {
    return inference.load(subject, limits, GuardedListener.of(listener));
  }

  /**
   * Runs the experiment in a new folder.
   *
   * @throws io.flexora.api.run.CancelledException if it was cancelled; it can be resumed
   * @throws FlexoraException if it cannot be run or fails; what was reached can be resumed
   */
  public RunOutcome run(RunListener listener) {
    return bound.catalog().undisturbed(() -> running.begin(GuardedListener.of(listener)));
  }

  /**
   * Goes on with a run from where it stood; of a run that has ended, the cells that failed are
   * tried again.
   *
   * @param path the run's folder, made from this configuration
   * @throws io.flexora.api.run.CancelledException as {@link #run}
   * @throws FlexoraException as {@link #run}, or if another process has the folder
   */
  public RunOutcome resume(Path path, RunListener listener) {
    try (SharedInputs alone = new SharedInputs()) {
      return resume(path, alone, listener);
    }
  }

  /**
   * Goes on with a run, or begins one whose folder holds its configuration alone.
   *
   * @param path the run's folder, made from this configuration
   * @param shared what other experiments have loaded already, to be used again
   * @throws io.flexora.api.run.CancelledException as {@link #run}
   * @throws FlexoraException as {@link #run}, or if another process has the folder
   */
  public RunOutcome resume(Path path, SharedInputs shared, RunListener listener) {
    return resume(path, shared, ChangedCode.REFUSE, listener);
  }

  /**
   * Goes on with a run whose cells may have been made by other code than the one that is installed,
   * or from other files than there are now.
   *
   * @param path the run's folder, made from this configuration
   * @param changed what becomes of such cells
   * @throws io.flexora.api.run.CancelledException as {@link #run}
   * @throws FlexoraException as {@link #run}, if another process has the folder, or if a cell was
   *     made by other code or from other files; the message names the jar or the location
   */
  public RunOutcome resume(Path path, ChangedCode changed, RunListener listener) {
    try (SharedInputs alone = new SharedInputs()) {
      return resume(path, alone, changed, listener);
    }
  }

  private RunOutcome resume(
      Path path, SharedInputs shared, ChangedCode changed, RunListener listener) {
    return bound
        .catalog()
        .undisturbed(() -> running.resume(path, shared, changed, GuardedListener.of(listener)));
  }

  /** Whose code made the cells of a run, and would make them now. */
  public CellCode codeOf(Path path) {
    return new CellCode(path, bound.code());
  }

  /**
   * Posteriors of this experiment that a run was begun without.
   *
   * @param path the run's folder, made from this configuration but for them
   */
  public FurtherPosteriors further(Path path, Collection<String> posteriors) {
    return new FurtherPosteriors(bound.configuration(), bound.resolved(), path, posteriors);
  }

  /** The SHA-256 of each jar whose code takes part, by its name. */
  public Map<String, String> code() {
    return bound.code().all();
  }

  /** Writes the reports of a run again, from its record. */
  public List<Path> report(Path path) {
    return bound
        .catalog()
        .undisturbed(() -> Pipeline.reports(bound.configuration(), RunFolder.read(path)));
  }

  /**
   * Saves a model in another form, without training it.
   *
   * @param source the trained model of a cell; an adapter from elsewhere, read as by {@link
   *     #evaluate}; or the pretrained model, for formats of whole models
   * @param listener hears of downloads
   * @throws FlexoraException if the cell is not trained, the adapter is not there, does not fit or
   *     lies where it would be written over, or the format is not known or cannot hold what was
   *     trained
   */
  public ExportOutcome export(
      EvaluationTarget source, ExportRequest request, RunListener listener) {
    return bound
        .catalog()
        .undisturbed(() -> inference.export(source, request, GuardedListener.of(listener)));
  }

  /**
   * Lets the experiment's strategy choose among what an adapter has that is trained already, and
   * saves what is left, without training it.
   *
   * @param source as for {@link #export(EvaluationTarget, ExportRequest, RunListener)}
   * @param listener hears of downloads and of the progress
   * @throws io.flexora.api.run.CancelledException if it was cancelled
   * @throws FlexoraException as for an export, or if the strategy does not choose from trained
   *     adapters or does not fit the adapter's method
   */
  public ShrunkAdapter shrink(
      EvaluationTarget.Adapted source, ExportRequest request, RunListener listener) {
    return bound
        .catalog()
        .undisturbed(() -> inference.shrink(source, request, GuardedListener.of(listener)));
  }

  /**
   * Saves the trained model of a cell in another form.
   *
   * @param path the run's folder
   * @param cell the cell, such as {@code main}
   * @param format {@code peft}, {@code lora}, {@code gguf-lora}, or a format of the model's backend
   * @param target the folder to write to; made if it is not there
   * @throws FlexoraException if the cell is not trained, the format is not known, or cannot hold
   *     what was trained
   */
  public ExportOutcome export(Path path, String cell, String format, Path target) {
    return export(path, cell, format, target, OptionalInt.empty());
  }

  /**
   * Saves the trained model of a cell as {@link #export(Path, String, String, Path)}.
   *
   * @param rank the most that the LoRA of a module has; for formats of LoRA alone
   */
  public ExportOutcome export(
      Path path, String cell, String format, Path target, OptionalInt rank) {
    return export(
        new EvaluationTarget.Trained(path, cell),
        new ExportRequest(format, target, rank),
        RunListener.NONE);
  }

  /** The folder of the run that was begun or resumed last; empty if there was none yet. */
  public Optional<Path> folder() {
    return running.folder();
  }

  /** Whether a run was begun or gone on with, rather than refused before it did anything. */
  public boolean begun() {
    return running.begun();
  }

  /** Ends a run at its next step, with a checkpoint. */
  public void cancel() {
    cancelled.set(true);
  }

  /**
   * Asks the strategies whether they fit the model and the number of layers that is held equal, the
   * adapter method and the trainer whether they fit the model, and the evaluator whether it fits
   * the task, without loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @throws io.flexora.config.yaml.ConfigurationException with all that do not
   * @throws FlexoraException if the model or the data is not there
   */
  public void requireCompatibility(SharedInputs shared, RunListener listener) {
    dryRun.requireCompatibility(shared, GuardedListener.of(listener));
  }

  /**
   * What is worth knowing before a run, a sentence each, without loading weights: which strategies
   * choose more layers than are held equal, and that there are no validation examples where the
   * trainer would look at them.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   */
  public List<String> notices(SharedInputs shared, RunListener listener) {
    return dryRun.notices(shared, GuardedListener.of(listener));
  }

  /**
   * The metrics that decide between models, on the test examples and on each further test set,
   * without loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @return one for each; empty where an evaluator does not tell
   * @throws FlexoraException if the model or the data is not there or does not fit
   */
  public List<Optional<MetricDescription>> deciding(SharedInputs shared, RunListener listener) {
    return dryRun.deciding(shared, GuardedListener.of(listener));
  }

  /**
   * What the training of a cell takes, without loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @throws FlexoraException if the model or the data is not there or does not fit
   */
  public TrainingCosts training(SharedInputs shared, RunListener listener) {
    return dryRun.training(shared, GuardedListener.of(listener));
  }

  /**
   * Says, in a clause that begins with the experiment's name as that of a cell, what it needs that
   * its device has no room for now.
   *
   * @param whole what it needs with its process, as {@link #stated} estimates it
   * @return empty if there is room, if that is not known, or if this machine has no such device
   */
  public Optional<String> lackOfMemory(MemoryEstimate whole) {
    return dryRun.lackOfMemory(whole);
  }

  /**
   * Describes the sizes that a budget is held by, without loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @throws io.flexora.config.yaml.ConfigurationException if the adapter method does not fit the
   *     model
   * @throws FlexoraException if the model or the data is not there or does not fit
   */
  public TrainableSize trainable(SharedInputs shared, RunListener listener) {
    return dryRun.trainable(shared, GuardedListener.of(listener));
  }

  /**
   * Adds up what the selectors and the trainer state that they take, without loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @throws FlexoraException if the model or the data is not there or does not fit
   */
  public StatedCost stated(SharedInputs shared, RunListener listener) {
    return dryRun.stated(shared, GuardedListener.of(listener));
  }

  /**
   * Does a little of each phase and finds out by it what the run will take. Nothing is written.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param most about how long it may take, beside the loading of the model
   * @param listener hears of downloads
   * @throws FlexoraException if the run cannot begin, or the little that is done fails
   */
  public Benchmark benchmark(SharedInputs shared, Duration most, RunListener listener) {
    return bound
        .catalog()
        .undisturbed(() -> dryRun.benchmark(shared, most, GuardedListener.of(listener)));
  }

  /**
   * Does a little of each phase of the main cell, and measures what the machine does at most.
   * Nothing is written.
   *
   * @param most about how long the steps may take, beside the loading of the model
   * @param listener hears of downloads
   * @throws FlexoraException if the run cannot begin, or the little that is done fails
   */
  public SpeedReport speed(Duration most, RunListener listener) {
    return bound.catalog().undisturbed(() -> dryRun.speed(most, GuardedListener.of(listener)));
  }

  /** What the options mean that are left to the machine, as far as that was asked for. */
  public Map<String, Decision> decisions() {
    return services.decisions().all();
  }
}
