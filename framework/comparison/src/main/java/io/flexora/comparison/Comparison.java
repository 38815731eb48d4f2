package io.flexora.comparison;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Runner;
import io.flexora.comparison.analysis.EquivalenceMargin;
import io.flexora.comparison.cell.BudgetConstraint;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.comparison.plan.CellPlans;
import io.flexora.comparison.plan.ComparisonPlan;
import io.flexora.comparison.plan.DistinctNotices;
import io.flexora.comparison.plan.Planning;
import io.flexora.comparison.process.CellCommand;
import io.flexora.comparison.reading.ComparisonOutcome;
import io.flexora.comparison.reading.ComparisonReading;
import io.flexora.comparison.run.ComparisonRun;
import io.flexora.comparison.run.ExistingCells;
import io.flexora.comparison.run.TunedCells;
import io.flexora.comparison.setup.ComparisonConfiguration;
import io.flexora.comparison.setup.ConfigurationCheck;
import io.flexora.comparison.setup.TuningOptions;
import io.flexora.comparison.tuning.ComparisonTuning;
import io.flexora.comparison.tuning.LongerTuning;
import io.flexora.comparison.tuning.TuningCheck;
import io.flexora.comparison.tuning.TuningDifference;
import io.flexora.config.binding.Bound;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.schema.JsonSchema;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationException;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.config.yaml.ConfigurationWriter;
import io.flexora.experiment.FurtherPosteriors;
import io.flexora.experiment.SharedInputs;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.experiment.setup.CurrentFiles;
import io.flexora.experiment.setup.DeviceChoice;
import io.flexora.experiment.setup.GuardedListener;
import io.flexora.experiment.setup.InstalledTypes;
import io.flexora.experiment.setup.Wiring;
import io.flexora.experiment.tracking.RunTrackers;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.results.report.ComparisonReport;
import io.flexora.results.run.RunCell;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A comparison whose configuration was found in order: to be run, or resumed. One thread runs it;
 * {@link #cancel} may be called from any.
 *
 * @since 0.1
 */
public final class Comparison {

  private static final Path RUNS = Path.of("runs");

  private final PluginHost host;
  private final ComparisonConfiguration configuration;
  private final Mapping node;
  private final String resolved;
  private final BudgetConstraint budget;
  private final Optional<ComparisonTuning> tuning;
  private final List<String> overrides;
  private final AtomicReference<Path> folder = new AtomicReference<>();
  private final AtomicReference<ComparisonRun> running = new AtomicReference<>();
  private volatile boolean cancelled;

  /** Where the amount is written that is held equal. */
  private static ConfigNode held(Mapping node, ComparisonConfiguration configuration) {
    String amount = configuration.budget().hold().name().toLowerCase(Locale.ROOT);
    ConfigNode budget = node.get("budget").orElse(node);
    return budget instanceof Mapping mapping ? mapping.get(amount).orElse(budget) : budget;
  }

  /** The adapter or the adapters, and likewise trainers: what is not used is not written out. */
  private static Mapping withoutUnused(Bound<ComparisonConfiguration> bound) {
    Mapping resolved = (Mapping) bound.resolved();
    Set<String> unused =
        Set.of(
            bound.value().adapters().isEmpty() ? "adapters" : "adapter",
            bound.value().trainers().isEmpty() ? "trainers" : "trainer");
    return new Mapping(
        resolved.location(),
        resolved.entries().stream().filter(entry -> !unused.contains(entry.key())).toList());
  }

  private Comparison(
      PluginHost host,
      ComparisonConfiguration configuration,
      Mapping node,
      Optional<ComparisonTuning> tuning,
      List<String> overrides) {
    this.host = host;
    this.configuration = configuration;
    this.node = node;
    this.resolved = new ConfigurationWriter().yaml(node);
    this.budget =
        new BudgetConstraint(configuration.budget(), held(node, configuration).location());
    this.tuning = tuning;
    this.overrides = overrides;
  }

  /** The reports of a comparison that asks for none. */
  public static List<ComparisonReport> reports(ExtensionCatalog catalog) {
    Wiring wiring = new Wiring(catalog);
    Bound<UsualReports> bound =
        new RecordBinder(new InstalledTypes(catalog), wiring)
            .bind(new ConfigurationReader().parse("{}", "reports"), UsualReports.class);
    wiring.useOutsideOfExperiments(0, DeviceChoice.CPU);
    return bound.value().reports().stream().map(Component::get).toList();
  }

  /** The reports of a comparison and nothing else. */
  private record UsualReports(
      @Option(doc = "The reports to write.", byDefault = ComparisonConfiguration.USUAL_REPORTS)
          List<Component<ComparisonReport>> reports) {}

  /**
   * Binds a configuration to the installed extensions.
   *
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public static Comparison of(PluginHost host, ConfigNode configuration) {
    ExtensionCatalog catalog = host.catalog();
    Wiring wiring = new Wiring(catalog);
    Bound<ComparisonConfiguration> bound =
        new RecordBinder(new InstalledTypes(catalog), wiring)
            .bind(configuration, ComparisonConfiguration.class);
    // A tuning is checked by its tuner, which is an extension.
    wiring.useOutsideOfExperiments(bound.value().dataSeed(), bound.value().cell().device());
    List<ConfigProblem> problems = new ArrayList<>(bound.contested());
    problems.addAll(
        new ConfigurationCheck(bound.value(), (Mapping) configuration, (Mapping) bound.resolved())
            .problems());
    Mapping node = withoutUnused(bound);
    Optional<ComparisonTuning> tuning = tuning(catalog, bound.value(), node, problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new Comparison(
        host,
        bound.value(),
        node,
        tuning,
        bound.overrides().stream().map(ConfigProblem::toString).toList());
  }

  /** What is tuned; what is wrong with that stands beside the other mistakes. */
  private static Optional<ComparisonTuning> tuning(
      ExtensionCatalog catalog,
      ComparisonConfiguration configuration,
      Mapping node,
      List<ConfigProblem> problems) {
    try {
      return TuningCheck.of(catalog, configuration, node);
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  /**
   * Describes the files of comparisons as JSON Schema, for editors.
   *
   * @param catalog the extensions to choose from
   */
  public static String schema(ExtensionCatalog catalog) {
    return new JsonSchema().forRecord(ComparisonConfiguration.class, new InstalledTypes(catalog));
  }

  /** The options, defaults included. */
  public ComparisonConfiguration configuration() {
    return configuration;
  }

  /**
   * The cells, in the order in which they are run: those that are tested, behind the trials of all
   * strategies with their seed, as far as their number is known.
   */
  public List<CellId> cells() {
    return withTrials(CellId.inRunOrder(configuration));
  }

  private List<CellId> withTrials(List<CellId> tested) {
    return tuning
        .map(
            of ->
                TunedCells.waves(tested, Function.identity()).stream()
                    .flatMap(
                        wave ->
                            Stream.concat(
                                wave.stream().flatMap(cell -> of.trials(cell).stream()),
                                wave.stream()))
                    .toList())
        .orElse(tested);
  }

  /**
   * Runs the comparison in a new folder.
   *
   * @throws CancelledException if it was cancelled; it can be resumed
   * @throws FlexoraException if it cannot be run; cells that fail do not end it
   */
  public ComparisonOutcome run(RunListener listener) {
    return host.catalog().undisturbed(() -> runAnew(GuardedListener.of(listener)));
  }

  private ComparisonOutcome runAnew(RunListener listener) {
    try (SharedInputs shared = new SharedInputs()) {
      // A comparison that cannot begin leaves no folder.
      requirePlace();
      List<PlannedCell> cells = readable(shared, listener);
      try (ComparisonFolder created =
          ComparisonFolder.create(runs(), configuration.name(), now(), resolved)) {
        return run(created, cells, shared, listener);
      }
    }
  }

  private Path runs() {
    return configuration.cell().outputDir().orElse(RUNS);
  }

  private static LocalDateTime now() {
    return LocalDateTime.now(ZoneId.systemDefault());
  }

  private void requirePlace() {
    ComparisonFolder.requirePlace(runs(), configuration.name(), now(), resolved);
  }

  /**
   * Runs what is missing or has failed in the folder of a comparison. There may be more seeds,
   * strategies, tasks or models now than when it was made, and more posteriors, which are then made
   * of what its cells have trained.
   *
   * @param path the comparison's folder
   * @throws CancelledException as {@link #run}
   * @throws FlexoraException as {@link #run}, if another process has the folder, or if one of its
   *     cells was made from another configuration, by other code or from other files, or did not
   *     keep what a further posterior is made of
   */
  public ComparisonOutcome resume(Path path, RunListener listener) {
    return resume(path, ChangedCode.REFUSE, listener);
  }

  /**
   * Goes on as {@link #resume(Path, RunListener)} with a comparison whose cells may have been made
   * by other code than the one that is installed, or from other files than there are now.
   *
   * @param changed what becomes of such cells
   * @throws CancelledException as {@link #run}
   * @throws FlexoraException as {@link #resume(Path, RunListener)}, or if a cell was made by other
   *     code or from other files; the message names the jar or the location
   */
  public ComparisonOutcome resume(Path path, ChangedCode changed, RunListener listener) {
    return host.catalog().undisturbed(() -> resumed(path, changed, GuardedListener.of(listener)));
  }

  private ComparisonOutcome resumed(Path path, ChangedCode changed, RunListener listener) {
    try (SharedInputs shared = new SharedInputs();
        ComparisonFolder opened = ComparisonFolder.open(path)) {
      List<PlannedCell> cells = readable(shared, listener);
      opened.ledger().leftOut().ifPresent(lost -> listener.notice("", "", lost + "."));
      requireSameTuning(opened.path());
      ExistingCells existing = existing(opened.path());
      existing.giveBackAttempts();
      List<PlannedCell> begun = begun(cells, opened.path());
      Map<CellId, FurtherPosteriors> further = existing.requireSame(begun);
      existing.settle(begun, changed, listener);
      // First, so that a resume ends what is interrupted here.
      opened.writeConfiguration(resolved);
      further.values().forEach(FurtherPosteriors::add);
      return run(opened, cells, shared, listener);
    }
  }

  /**
   * Finds out what a run would do and take, without writing anything: by cells like these that were
   * run before, and else by benchmarks, for which the models are loaded. Where a model or its data
   * is not there, the cells are told all the same.
   *
   * @param into the folder of the comparison that would be gone on with; empty for a new one
   * @param changed what would become of its cells that were made by other code or from other files
   * @param benchmark about how long the benchmarks may take together; with zero nothing is
   *     measured, and no weights are loaded
   * @param listener hears of downloads, and of each notice once
   * @throws io.flexora.config.yaml.ConfigurationException if no strategy fits the budget
   * @throws FlexoraException if the comparison in that folder was tuned otherwise, or one of its
   *     cells was made from another configuration, or by other code or from other files and is to
   *     be refused
   */
  public ComparisonPlan plan(
      Optional<Path> into, ChangedCode changed, Duration benchmark, RunListener listener) {
    RunListener guarded = GuardedListener.of(listener);
    return host.catalog()
        .undisturbed(
            () ->
                planned(
                    new CellPlans(
                        runs(), new InstalledTypes(host.catalog()), into, benchmark, tuning),
                    into,
                    changed,
                    guarded));
  }

  /**
   * Finds out whether a new comparison can be run, without writing or measuring anything. The plan
   * has the times of cells like its own that were run before.
   *
   * @param listener hears of downloads, and of each notice once
   * @throws io.flexora.config.yaml.ConfigurationException as {@link #plan}
   * @throws FlexoraException if a model or its data cannot be read, or the folder of runs cannot be
   *     written
   */
  public ComparisonPlan check(RunListener listener) {
    return host.catalog().undisturbed(() -> checked(GuardedListener.of(listener)));
  }

  private ComparisonPlan checked(RunListener listener) {
    Optional<Path> anew = Optional.empty();
    CellPlans plans =
        new CellPlans(runs(), new InstalledTypes(host.catalog()), anew, Duration.ZERO, tuning);
    ComparisonPlan plan = planned(plans, anew, ChangedCode.REFUSE, listener);
    plans.requireReadable();
    return plan;
  }

  private ComparisonPlan planned(
      CellPlans plans, Optional<Path> into, ChangedCode changed, RunListener listener) {
    if (into.isEmpty()) {
      requirePlace();
    }
    requireRunner();
    try (SharedInputs shared = new SharedInputs()) {
      RunListener distinct = new DistinctNotices(listener);
      List<PlannedCell> cells = cells(shared, distinct, plans::unreadable);
      into.ifPresent(
          path -> {
            requireSameTuning(path);
            ExistingCells existing = existing(path);
            List<PlannedCell> readable =
                begun(cells.stream().filter(plans::isReadable).toList(), path);
            plans.further(existing.requireSame(readable));
            plans.madeAgain(existing.madeAgain(readable, changed));
          });
      Runner runner = configuration.cell().runner().get();
      return plans
          .of(planned(cells), runner.isLocal(), shared, distinct)
          .with(configuration.tune().map(TuningOptions::record), runner.parallelCells());
    }
  }

  private List<PlannedCell> readable(SharedInputs shared, RunListener listener) {
    requireRunner();
    return cells(
        shared,
        new DistinctNotices(listener),
        (cell, unreadable) -> {
          throw unreadable;
        });
  }

  private List<PlannedCell> cells(
      SharedInputs shared, RunListener listener, BiConsumer<CellId, FlexoraException> unreadable) {
    Planning planning = planning();
    List<PlannedCell> cells = planning.cells(shared, listener, unreadable);
    overrides.forEach(notice -> listener.notice("", "", notice));
    planning.notices().forEach(notice -> listener.notice("", "", notice));
    return cells;
  }

  /** The cells with their trials, which have the default values in a plan. */
  private List<PlannedCell> planned(List<PlannedCell> tested) {
    return tuning
        .map(
            of ->
                TunedCells.waves(tested, PlannedCell::id).stream()
                    .flatMap(
                        wave ->
                            Stream.concat(
                                wave.stream().flatMap(cell -> of.planned(cell).stream()),
                                wave.stream()))
                    .toList())
        .orElse(tested);
  }

  /** The cells in a folder, where a tuner chooses values with those that it has chosen. */
  private List<PlannedCell> begun(List<PlannedCell> tested, Path path) {
    return tuning
        .map(of -> tested.stream().flatMap(cell -> of.begun(cell, path).stream()).toList())
        .orElse(tested);
  }

  private ExistingCells existing(Path path) {
    return new ExistingCells(path, new CurrentFiles(host.catalog())::hash);
  }

  /** A tuning can be made longer where the trials that are done stay what they are. */
  private void requireSameTuning(Path path) {
    ConfigNode before = new ConfigurationReader().read(ComparisonFolder.configuration(path));
    TuningDifference.between(before, node)
        .ifPresent(
            found -> {
              throw new FlexoraException(
                  ("the comparison in %s was tuned otherwise: tune.%s is %s there, and %s now."
                          + " Run it in a new folder, or take the change back; trials or seconds"
                          + " alone may be raised")
                      .formatted(path, found.key(), found.one(), found.other()));
            });
    tuning
        .flatMap(of -> LongerTuning.of(configuration, of).refusal(before))
        .ifPresent(
            why -> {
              throw new FlexoraException(
                  "the tuning of the comparison in %s cannot be made longer: %s; run it in a new folder, or take the change back"
                      .formatted(path, why));
            });
  }

  private void requireRunner() {
    Runner runner = configuration.cell().runner().get();
    Runner.Processes processes = CellCommand::trial;
    List<ConfigProblem> problems =
        ConfigProblem.of(
            node.get("runner").orElse(node),
            Compatibility.of(runner::checkCompatibility, processes));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private Planning planning() {
    return new Planning(host.catalog(), configuration, node, budget, tuning);
  }

  private ComparisonOutcome run(
      ComparisonFolder opened, List<PlannedCell> cells, SharedInputs shared, RunListener listener) {
    folder.set(opened.path());
    RunTrackers trackers =
        RunTrackers.start(
            configuration.cell().trackers(),
            host.catalog(),
            opened.path(),
            sentence -> listener.notice("", "", sentence));
    RunListener tracked =
        trackers.hearing(
            listener,
            cell -> ComparisonFolder.cell(opened.path(), cell),
            Comparison::nameInComparison);
    ComparisonRun run = new ComparisonRun(host, configuration, opened, shared, tuning, tracked);
    running.set(run);
    if (cancelled) {
      run.cancel();
    }
    Map<String, String> failures =
        trackers.during(
            () -> {
              RunFolder.cells(opened.path())
                  .forEach(
                      cell ->
                          trackers.catchUp(
                              cell,
                              ComparisonFolder.cell(opened.path(), cell),
                              nameInComparison(cell)));
              return run.run(cells);
            });
    return reported(opened.path(), failures);
  }

  /** A trained cell has its ID; behind that stands the name of a posterior that is made of it. */
  private static UnaryOperator<String> nameInComparison(String id) {
    return cell -> new RunCell(id, RunCell.of(cell).posterior()).toString();
  }

  /**
   * Writes {@code comparison.json} and the reports again, from the cells as they are. Another
   * process may be working on them.
   *
   * @param path the comparison's folder
   * @throws FlexoraException if it is not one, or something cannot be read or written
   */
  public ComparisonOutcome report(Path path) {
    ComparisonFolder.configuration(path);
    return reported(path, Map.of());
  }

  /**
   * Analyses the cells as they are, and writes nothing.
   *
   * @param path the comparison's folder
   * @throws FlexoraException if it is not one, or something cannot be read
   */
  public ComparisonOutcome read(Path path) {
    ComparisonFolder.configuration(path);
    return result(path, Map.of()).outcome();
  }

  private ComparisonOutcome reported(Path path, Map<String, String> failures) {
    return ComparisonFolder.reporting(path, () -> result(path, failures).write());
  }

  private Optional<EquivalenceMargin> margin() {
    ConfigNode written = node.get("equivalence").orElse(node);
    return configuration
        .equivalence()
        .map(
            options ->
                new EquivalenceMargin(
                    options.margin(),
                    configuration.referenceName(),
                    written.location().toString()));
  }

  private ComparisonReading result(Path path, Map<String, String> failures) {
    return new ComparisonReading(configuration, resolved, budget, tuning, margin(), path, failures);
  }

  /** The newest folder of a comparison of this name, where this one would be run. */
  public Optional<Path> newest() {
    return ComparisonFolder.newest(runs(), configuration.name());
  }

  /** The folder of the comparison that was begun or resumed last; empty if there was none yet. */
  public Optional<Path> folder() {
    return Optional.ofNullable(folder.get());
  }

  /** Ends a comparison at the next step of the cell that runs, with a checkpoint. */
  public void cancel() {
    cancelled = true;
    Optional.ofNullable(running.get()).ifPresent(ComparisonRun::cancel);
  }
}
