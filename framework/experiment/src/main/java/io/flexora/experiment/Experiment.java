package io.flexora.experiment;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.model.BaseModel;
import io.flexora.api.report.Provenance;
import io.flexora.api.report.RunEvent;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Decision;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Phase;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionCost;
import io.flexora.config.Bound;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigurationWriter;
import io.flexora.config.JsonSchema;
import io.flexora.config.Problem;
import io.flexora.config.RecordBinder;
import io.flexora.experiment.tracking.RunTrackers;
import io.flexora.files.durable.FileHash;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LinearSpeed.Product;
import io.flexora.numerics.transformer.MachineSpeed;
import io.flexora.plugin.ExtensionCatalog;
import io.flexora.plugin.InstalledExtension;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import io.flexora.runstore.ThisProcess;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An experiment whose configuration was found in order: to be checked, run, or resumed. One thread
 * runs it; {@link #cancel} may be called from any.
 *
 * @since 0.1
 */
public final class Experiment {

  private static final Path RUNS = Path.of("runs");

  /** Rows enough for a processor to be busy, few enough to pass undisturbed. */
  private static final int MEASURED_ROWS = 256;

  private final ExtensionCatalog catalog;
  private final ExperimentConfiguration configuration;
  private final String resolved;
  private final List<String> contested;
  private final InputsKey key;
  private final Strategies strategies;
  private final EvaluatorFit evaluator;
  private final ExperimentFit fit;
  private final Wiring wiring;
  private final Decisions decisions = new Decisions();
  private final ToldNotices notices = new ToldNotices();
  private final ExtensionServices services;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicReference<Path> folder = new AtomicReference<>();
  private final AtomicBoolean begun = new AtomicBoolean();

  private Experiment(
      ExtensionCatalog catalog, Bound<ExperimentConfiguration> bound, Wiring wiring) {
    this.catalog = catalog;
    this.configuration = bound.value();
    this.resolved = new ConfigurationWriter().yaml(bound.resolved());
    this.contested = bound.contested().stream().map(Problem::toString).toList();
    this.key = InputsKey.of(bound.resolved(), configuration.seedOfData());
    this.strategies = new Strategies(configuration, bound.resolved());
    this.evaluator =
        new EvaluatorFit(
            configuration, bound.resolved(), Optional.of(new InstalledEvaluators(catalog, wiring)));
    this.fit = new ExperimentFit(configuration, bound.resolved(), strategies, evaluator);
    this.wiring = wiring;
    this.services =
        new ExtensionServices(
            catalog,
            wiring,
            configuration.seed(),
            configuration.seedOfData(),
            configuration.cell().device(),
            configuration.cell().devices(),
            decisions,
            notices);
    services.use(downloads(RunListener.NONE));
  }

  /**
   * Binds a configuration to the installed extensions.
   *
   * @throws io.flexora.config.ConfigurationException with all mistakes
   */
  public static Experiment of(ExtensionCatalog catalog, ConfigNode configuration) {
    Wiring wiring = new Wiring(catalog);
    Bound<ExperimentConfiguration> bound =
        new RecordBinder(new InstalledTypes(catalog), wiring)
            .bind(configuration, ExperimentConfiguration.class);
    return new Experiment(catalog, bound, wiring);
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
    return configuration;
  }

  /** The configuration with every option written out, as YAML. */
  public String resolved() {
    return resolved;
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
    return catalog.undisturbed(() -> checked(listener));
  }

  private CheckReport checked(RunListener listener) {
    CellOptions cell = configuration.cell();
    DeviceDescription device = DeviceDescription.of(cell.device(), cell.devices());
    notices.tellFurther(sentence -> {});
    services.use(downloads(listener), device::first);
    try (ExperimentInputs inputs = new ExperimentInputs(configuration, services)) {
      return OutOfMemory.explained(() -> checked(inputs, device));
    }
  }

  private CheckReport checked(ExperimentInputs inputs, DeviceDescription device) {
    fit.require(inputs);
    return new Checker(configuration, inputs, strategies.costs(inputs), device)
        .check(
            resolved,
            contested,
            notices(inputs),
            decisions.all(),
            refusal(inputs, device.present()));
  }

  private List<String> notices(ExperimentInputs inputs) {
    return Stream.of(notices.all(), strategies.moreThanHeld(inputs), strategies.idleDevices(inputs))
        .flatMap(List::stream)
        .toList();
  }

  /** A run for a device that is not here has to be started elsewhere, which is no mistake. */
  private Optional<String> refusal(ExperimentInputs inputs, boolean devicePresent) {
    try {
      if (devicePresent) {
        requireMachine(inputs);
      }
      requirePlace();
      return Optional.empty();
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Refuses what this machine has no device or no memory for. */
  private void requireMachine(ExperimentInputs inputs) {
    Device device = Services.choose(configuration.cell().device());
    MemoryCheck.require(inputs.furtherMemory(strategies.cost(inputs)), device);
  }

  /** Refuses a folder of runs that no run can be written to. */
  private void requirePlace() {
    RunFolder.requirePlace(runs(), configuration.name(), now(), resolved);
  }

  private Path runs() {
    return configuration.cell().outputDir().orElse(RUNS);
  }

  private static LocalDateTime now() {
    return LocalDateTime.now(ZoneId.systemDefault());
  }

  /**
   * Scores a model on the rows of a split, without training it and without writing anything.
   *
   * @param listener hears of downloads and of the progress
   * @throws io.flexora.api.run.CancelledException if it was cancelled
   * @throws FlexoraException if the model, the adapter or the data is not there or does not fit
   */
  public ScoredModel evaluate(EvaluationTarget subject, Split split, RunListener listener) {
    return catalog.undisturbed(() -> scored(subject, split, listener));
  }

  private ScoredModel scored(EvaluationTarget subject, Split split, RunListener listener) {
    FetchedSources sources = use(listener);
    List<Device> devices = services.all();
    Monitor monitor =
        new ListenerMonitor(listener, cancelled::get, subject.name(), Phase.EVALUATE.word());
    try (ExperimentInputs inputs = ExperimentInputs.toScore(configuration, services, split)) {
      return OutOfMemory.explained(
          () ->
              new ModelScoring(configuration, inputs, adapters(), evaluator)
                  .score(
                      subject,
                      split,
                      monitor,
                      () -> provenance(devices, inputs.model(), sources.hashes())));
    }
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
    return catalog.undisturbed(() -> predicted(subject, rows, listener));
  }

  /**
   * The field of the text that {@link #predict} asks about, where a text is all that it needs.
   *
   * @throws FlexoraException if the task cannot ask
   */
  public Optional<String> textField() {
    return ModelPrediction.task(configuration).textField();
  }

  private List<PredictedRow> predicted(
      EvaluationTarget subject, List<Row> rows, RunListener listener) {
    use(listener);
    Monitor monitor =
        new ListenerMonitor(listener, cancelled::get, subject.name(), Phase.EVALUATE.word());
    try (ExperimentInputs inputs = ExperimentInputs.toScore(configuration, services, Split.TEST)) {
      return OutOfMemory.explained(
          () ->
              new ModelPrediction(configuration, inputs, adapters())
                  .predict(subject, rows, monitor));
    }
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
    return catalog.undisturbed(() -> generated(subject, request, listener, pieces));
  }

  private GeneratedText generated(
      EvaluationTarget subject,
      GenerationRequest request,
      RunListener listener,
      Consumer<String> pieces) {
    use(listener);
    try (ExperimentInputs inputs = new ExperimentInputs(configuration, services)) {
      String backend = configuration.model().name();
      return OutOfMemory.explained(
          () ->
              new TextGeneration(backend, inputs, adapters(), cancelled::get)
                  .generate(subject, request, pieces));
    }
  }

  private AdapterImport adapters() {
    return new AdapterImport(catalog, wiring);
  }

  /**
   * Runs the experiment in a new folder.
   *
   * @throws io.flexora.api.run.CancelledException if it was cancelled; it can be resumed
   * @throws FlexoraException if it cannot be run or fails; what was reached can be resumed
   */
  public RunOutcome run(RunListener listener) {
    return catalog.undisturbed(() -> runAnew(listener));
  }

  private RunOutcome runAnew(RunListener listener) {
    // A run that cannot begin leaves no folder.
    try (SharedInputs alone = new SharedInputs()) {
      SharedInputs.Kept kept = prepared(alone, this::requirePlace, listener);
      try (RunFolder created = RunFolder.create(runs(), configuration.name(), now(), resolved)) {
        return run(created, kept, listener);
      }
    }
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
   * Goes on with a run whose cells other code may have made than the one that is installed.
   *
   * @param path the run's folder, made from this configuration
   * @param changed what becomes of such cells
   * @throws io.flexora.api.run.CancelledException as {@link #run}
   * @throws FlexoraException as {@link #run}, if another process has the folder, or if a cell was
   *     made by other code; the message names the jar
   */
  public RunOutcome resume(Path path, ChangedCode changed, RunListener listener) {
    try (SharedInputs alone = new SharedInputs()) {
      return resume(path, alone, changed, listener);
    }
  }

  private RunOutcome resume(
      Path path, SharedInputs shared, ChangedCode changed, RunListener listener) {
    return catalog.undisturbed(() -> resumed(path, shared, changed, listener));
  }

  private RunOutcome resumed(
      Path path, SharedInputs shared, ChangedCode changed, RunListener listener) {
    try (RunFolder opened = RunFolder.open(path)) {
      folder.set(opened.path());
      opened.mendRecord().ifPresent(lost -> listener.notice("", "", lost + "."));
      codeOf(path).settle(opened, changed, listener);
      decisions.recall(RunFolder.decisions(path));
      Optional<RunOutcome> ended = ended(opened, listener);
      return ended.isPresent()
          ? caughtUp(ended.get(), listener)
          : run(opened, prepared(shared, () -> {}, listener), listener);
    }
  }

  /** Tells the trackers what they have missed of a run that has ended. */
  private RunOutcome caughtUp(RunOutcome outcome, RunListener listener) {
    RunTrackers trackers =
        trackers(outcome.folder(), sentence -> listener.notice("", "", sentence));
    trackers.catchUp("", outcome.folder(), UnaryOperator.identity());
    return trackers.during(() -> outcome);
  }

  /** Whose code made the cells of a run, and would make them now. */
  public CellCode codeOf(Path path) {
    return new CellCode(path, installed());
  }

  /**
   * Posteriors of this experiment that a run was begun without.
   *
   * @param path the run's folder, made from this configuration but for them
   */
  public FurtherPosteriors further(Path path, Collection<String> posteriors) {
    return new FurtherPosteriors(configuration, resolved, path, posteriors);
  }

  /** The SHA-256 of each jar whose code takes part, by its name. */
  public Map<String, String> code() {
    return installed().all();
  }

  private ExperimentCode installed() {
    return new ExperimentCode(catalog, configuration);
  }

  /** What came out of a run that has nothing left to do but its reports. */
  private Optional<RunOutcome> ended(RunFolder folder, RunListener listener) {
    use(listener);
    if (!folder.finished()) {
      return Optional.empty();
    }
    if (FinishedRun.damage(folder.path()).isPresent()) {
      // A damaged cell is told of where it is run.
      FinishedRun.damageBesideCells(folder.path())
          .ifPresent(damage -> listener.notice("", "", damage + ". It is made again."));
      return Optional.empty();
    }
    Optional<RunOutcome> ended = Pipeline.ended(configuration, folder);
    ended.ifPresent(
        outcome ->
            listener.notice("", "", "This run had already ended; its reports were rewritten."));
    return ended;
  }

  /** Writes the reports of a run again, from its record. */
  public List<Path> report(Path path) {
    return catalog.undisturbed(() -> reported(path));
  }

  private List<Path> reported(Path path) {
    return Pipeline.reports(configuration, RunFolder.read(path));
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
    return catalog.undisturbed(() -> exported(path, cell, format, target, rank));
  }

  private ExportOutcome exported(
      Path path, String cell, String format, Path target, OptionalInt rank) {
    decisions.recall(RunFolder.decisions(path));
    try (ExperimentInputs inputs = new ExperimentInputs(configuration, services)) {
      return new Export(inputs, adapters())
          .write(RunFolder.readCell(path, cell), format, target, rank);
    }
  }

  /** The folder of the run that was begun or resumed last; empty if there was none yet. */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder.get());
  }

  /** Whether a run was begun or gone on with, rather than refused before it did anything. */
  public boolean begun() {
    return begun.get();
  }

  /** Ends a run at its next step, with a checkpoint. */
  public void cancel() {
    cancelled.set(true);
  }

  /**
   * Asks the strategies whether they fit the model and the number of layers that is held equal, the
   * adapter method whether it fits the model, and the evaluator whether it fits the task, without
   * loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @throws io.flexora.config.ConfigurationException with all that do not
   * @throws FlexoraException if the model or the data is not there
   */
  public void requireFit(SharedInputs shared, RunListener listener) {
    fit.require(kept(shared, listener).inputs());
  }

  /**
   * Which strategies choose more layers than are held equal, a sentence each, without loading
   * weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   */
  public List<String> moreThanHeld(SharedInputs shared, RunListener listener) {
    return strategies.moreThanHeld(kept(shared, listener).inputs());
  }

  /**
   * Describes the sizes that a budget is held by, without loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @throws io.flexora.config.ConfigurationException if the adapter method does not fit the model
   * @throws FlexoraException if the model or the data is not there or does not fit
   */
  public TrainableSize trainable(SharedInputs shared, RunListener listener) {
    ExperimentInputs inputs = kept(shared, listener).inputs();
    fit.requireAdapter(inputs);
    return new TrainableSize(
        inputs.shape().layers(), inputs.adapterParameters(1), inputs.headParameters());
  }

  /**
   * Adds up what the selectors and the trainer state that they take, without loading weights.
   *
   * @param shared what other experiments have loaded already, to be used again
   * @param listener hears of downloads
   * @throws FlexoraException if the model or the data is not there or does not fit
   */
  public StatedCost stated(SharedInputs shared, RunListener listener) {
    ExperimentInputs inputs = kept(shared, listener).inputs();
    SelectionCost search = strategies.cost(inputs);
    return new StatedCost(search, inputs.trainingCost(), inputs.memory(search));
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
    return catalog.undisturbed(() -> benchmarked(shared, most, listener));
  }

  private Benchmark benchmarked(SharedInputs shared, Duration most, RunListener listener) {
    ExperimentInputs inputs = prepared(shared, () -> {}, listener).inputs();
    return OutOfMemory.explained(() -> new CellBenchmark(configuration, inputs).within(most));
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
    return catalog.undisturbed(
        () -> {
          try (SharedInputs alone = new SharedInputs()) {
            return speed(alone, most, listener);
          }
        });
  }

  private SpeedReport speed(SharedInputs shared, Duration most, RunListener listener) {
    ExperimentInputs inputs = prepared(shared, () -> {}, listener).inputs();
    Device device = Services.choose(configuration.cell().device());
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    List<Product> products =
        inputs.shape().modules().stream()
            .map(module -> new Product(MEASURED_ROWS, module.inputs(), module.outputs()))
            .toList();
    String type = inputs.shape().computeType();
    return OutOfMemory.explained(
        () ->
            new SpeedReport(
                MachineSpeed.measure(device, products, type),
                type,
                TorchEngine.start().threads(),
                load,
                new CellBenchmark(configuration, inputs).within(most)));
  }

  /**
   * Reads all that the run needs, or finds out that it cannot begin.
   *
   * @param place asks whether the run can be written, before the weights are loaded
   */
  private SharedInputs.Kept prepared(SharedInputs shared, Runnable place, RunListener listener) {
    services.all();
    SharedInputs.Kept kept = kept(shared, listener);
    OutOfMemory.explained(() -> loaded(kept.inputs(), place));
    if (cancelled.get()) {
      throw new CancelledException();
    }
    return kept;
  }

  private SharedInputs.Kept kept(SharedInputs shared, RunListener listener) {
    SharedInputs.Origin origin = new SharedInputs.Origin(use(listener), notices);
    return shared.of(key.with(decisions.recalled()), configuration, origin, decisions, services);
  }

  private BaseModel loaded(ExperimentInputs inputs, Runnable place) {
    fit.require(inputs);
    requireMachine(inputs);
    place.run();
    return inputs.model();
  }

  private RunOutcome run(RunFolder opened, SharedInputs.Kept kept, RunListener listener) {
    folder.set(opened.path());
    begun.set(true);
    ExperimentInputs inputs = kept.inputs();
    Provenance provenance = provenance(services.all(), inputs.model(), kept.hashes());
    opened.writeProvenance(provenance);
    RunScope scope =
        new RunScope(
            configuration,
            opened,
            listener,
            cancelled::get,
            provenance.versions(),
            seeds -> wiring.again(configuration.cell().trainer(), Seeds.class, seeds),
            installed()::of);
    Monitor monitor = scope.monitor("", "");
    contested.forEach(monitor::notice);
    record(kept.notices(), scope);
    notices.tellFurther(monitor::notice);
    strategies.idleDevices(inputs).forEach(monitor::notice);
    keep(kept.decisions(), opened, monitor);
    Pipeline pipeline = new Pipeline(scope, inputs, new Export(inputs, adapters()), catalog);
    RunTrackers trackers = trackers(opened.path(), monitor::notice);
    trackers.follow("", opened.path(), UnaryOperator.identity());
    try {
      return trackers.during(pipeline::run);
    } finally {
      // What others share with this experiment may tell more when its record is closed.
      notices.tellFurther(downloads(listener)::notice);
    }
  }

  /** Records what was told while the inputs were read, unless an earlier attempt has done so. */
  private static void record(List<String> notices, RunScope scope) {
    if (notices.isEmpty()) {
      return;
    }
    List<Event> known = scope.record().stream().map(RunEvent::what).toList();
    notices.stream()
        .<Event>map(Event.Notice::new)
        .filter(notice -> !known.contains(notice))
        .forEach(scope.monitor("", "")::event);
  }

  private RunTrackers trackers(Path group, Consumer<String> notice) {
    return RunTrackers.start(configuration.cell().trackers(), catalog, group, notice);
  }

  /** Records what the run keeps to, and tells what is new of it. */
  private static void keep(Decisions made, RunFolder run, Monitor monitor) {
    Map<String, Decision> all = made.all();
    if (!all.equals(RunFolder.decisions(run.path()))) {
      RunFolder.writeDecisions(run.path(), all);
      all.forEach((option, decision) -> monitor.notice(decision.line(option) + "."));
    }
  }

  /** What the options mean that are left to the machine, as far as that was asked for. */
  public Map<String, Decision> decisions() {
    return decisions.all();
  }

  /** Lets the extensions have their services, and a listener hear of downloads and notices. */
  private FetchedSources use(RunListener listener) {
    Monitor monitor = downloads(listener);
    notices.tellAll(monitor::notice);
    return services.use(monitor);
  }

  private Monitor downloads(RunListener listener) {
    return new ListenerMonitor(listener, cancelled::get);
  }

  /** One device as the engine calls it, several in words. */
  private static String recorded(List<Device> devices) {
    return devices.size() == 1 ? devices.get(0).toString() : DeviceDescription.words(devices);
  }

  private Provenance provenance(
      List<Device> devices, BaseModel model, Map<String, FileHash> files) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("djl", Engine.getDjlVersion());
    versions.put("pytorch", TorchEngine.start().version());
    versions.put(Provenance.DEVICE, recorded(devices));
    versions.put(Provenance.COMPUTE_TYPE, model.shape().computeType());
    Map<String, String> plugins = new TreeMap<>();
    for (InstalledExtension extension : catalog.extensions()) {
      plugins.put(extension.plugin(), extension.version());
    }
    return ThisProcess.provenance(
        Instant.now(), configuration.seed(), versions, plugins, code(), files);
  }
}
