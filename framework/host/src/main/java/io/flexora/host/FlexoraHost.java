package io.flexora.host;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.data.Row;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Progress;
import io.flexora.api.source.Source;
import io.flexora.comparison.Comparison;
import io.flexora.comparison.claim.Claim;
import io.flexora.comparison.process.CellCommand;
import io.flexora.comparison.run.TimeLeft;
import io.flexora.comparison.setup.ComparedNames;
import io.flexora.config.option.OptionModel;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.engine.EngineState;
import io.flexora.experiment.engine.GpuDiagnosis;
import io.flexora.experiment.engine.GpuState;
import io.flexora.experiment.engine.TorchChoice;
import io.flexora.experiment.setup.InstalledSources;
import io.flexora.experiment.setup.RunConfiguration;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.experiment.use.QuestionRows;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.PluginHostOptions;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.install.PluginIndexer;
import io.flexora.plugin.install.PluginIndexes;
import io.flexora.plugin.install.PluginInstaller;
import io.flexora.query.QueryLimits;
import io.flexora.query.QueryResult;
import io.flexora.query.RunQuery;
import io.flexora.query.RunSummary;
import io.flexora.query.View;
import io.flexora.results.comparison.ComparisonResult;
import io.flexora.results.report.ComparisonReport;
import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunEvent;
import io.flexora.results.run.RunRecord;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.EventJson;
import io.flexora.runstore.EventLog;
import io.flexora.runstore.EventTail;
import io.flexora.runstore.RecordJson;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Flexora in a process: a plugin host and the experiments that run in it. This is the whole surface
 * for those who embed it; the command line is written on it and nothing else.
 *
 * <pre>{@code
 * try (FlexoraHost host = FlexoraHost.builder().start()) {
 *   Experiment experiment = host.experiment(Path.of("quickstart.yaml"), List.of("seed=1"));
 *   RunOutcome outcome = experiment.run(RunListener.NONE);
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class FlexoraHost implements AutoCloseable {

  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  private final PluginHost plugins;
  private final ConfigurationReader reader;

  private FlexoraHost(PluginHost plugins, Optional<Path> home) {
    this.plugins = plugins;
    this.reader = new ConfigurationReader(home);
  }

  /**
   * Begins to set up a host. It has the extensions of the given bundles and plugins. Without {@link
   * Builder#home} it also has the bundles of {@code flexora-embedded} on the class path.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** The bundles and plugins, to list, install, update, stop and remove. */
  public PluginHost plugins() {
    return plugins;
  }

  /**
   * Installs, updates and removes plugins by name; see {@link PluginHost#lock}.
   *
   * @throws io.flexora.api.run.FlexoraException if the host has no plugins' folder
   */
  public PluginInstaller installer() {
    return new PluginInstaller(plugins, InstalledSources.of(catalog()));
  }

  /**
   * Reads indexes of plugins.
   *
   * @throws io.flexora.api.run.FlexoraException if the host has no plugins' folder
   */
  public PluginIndexes indexes() {
    return new PluginIndexes(plugins, InstalledSources.of(catalog()));
  }

  /** Writes indexes of plugins that run in this host. */
  public PluginIndexer indexer() {
    return new PluginIndexer(plugins);
  }

  /** Where each source keeps and gets files, by its name. */
  public Map<String, Source.Places> places() {
    return InstalledSources.places(catalog());
  }

  /** The engines of this installation, which are started for it. */
  public static List<EngineState> engines() {
    return EngineState.ofThisProcess();
  }

  /** The NVIDIA GPUs of this machine. */
  public static List<GpuState> gpus() {
    return GpuState.ofThisMachine();
  }

  /** The state of this machine's GPUs and their libraries; empty without a driver of NVIDIA. */
  public static Optional<GpuDiagnosis> gpuDiagnosis() {
    return GpuDiagnosis.ofThisMachine();
  }

  /** The description of the PyTorch library of this process, which is started for it. */
  public static Map<String, String> torch() {
    return TorchChoice.inUse();
  }

  /** The user's choice of a PyTorch library. */
  public static TorchChoice torchChoice() {
    return TorchChoice.ofUser();
  }

  /** The extensions that can be used. */
  public ExtensionCatalog catalog() {
    return plugins.catalog();
  }

  /**
   * Reads an experiment.
   *
   * @param file the YAML file
   * @param overrides assignments of the form {@code a.b=c} that go over it
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   * @throws FlexoraException if the host was closed
   */
  public Experiment experiment(Path file, List<String> overrides) {
    return experiment(reader.read(file), overrides);
  }

  /**
   * Reads an experiment from a text.
   *
   * @param yaml the text
   * @param name what messages call it
   * @param overrides as for a file
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public Experiment experiment(String yaml, String name, List<String> overrides) {
    return experiment(reader.parse(yaml, name), overrides);
  }

  /**
   * Reads the experiment of a run again, as it was resolved.
   *
   * @param run the run's folder
   * @throws io.flexora.config.yaml.ConfigurationException if it needs plugins that are not there
   * @throws io.flexora.api.run.FlexoraException if the folder is not that of a run
   */
  public Experiment experimentOf(Path run) {
    return experimentOf(run, List.of());
  }

  /**
   * Reads the experiment of a run again, as it was resolved, to look at what it has trained.
   *
   * @param run the run's folder
   * @param overrides as for a file
   * @throws io.flexora.config.yaml.ConfigurationException if it needs plugins that are not there,
   *     or with the mistakes of the overrides
   * @throws io.flexora.api.run.FlexoraException if the folder is not that of a run
   */
  public Experiment experimentOf(Path run, List<String> overrides) {
    requireNoComparison(run);
    return experiment(RunConfiguration.read(run), overrides);
  }

  /**
   * Loads what a cell of a run has trained, to use it many times; see {@link Experiment#load}.
   *
   * @param run the run's folder
   * @param cell the cell, such as {@code main}
   * @return the model, to be closed by the caller
   * @throws io.flexora.config.yaml.ConfigurationException if it needs plugins that are not there
   * @throws FlexoraException if the cell is not trained, or the pretrained model is not there
   */
  public LoadedModel load(Path run, String cell) {
    return experimentOf(run)
        .load(new EvaluationTarget.Trained(run, cell), LoadedModel.Limits.USUAL, RunListener.NONE);
  }

  /** Its configuration would be read as that of a run, and be refused for a reason of YAML. */
  private static void requireNoComparison(Path folder) {
    if (ComparisonFolder.isComparison(folder)) {
      List<Path> cells = ComparisonFolder.cells(folder);
      throw new FlexoraException(
          "%s is the folder of a comparison, whose cells are runs; %s"
              .formatted(
                  folder,
                  cells.isEmpty()
                      ? "it has none yet"
                      : "name the folder of one of them, such as " + cells.get(0)));
    }
  }

  /**
   * Reads a comparison.
   *
   * @param file the YAML file
   * @param overrides as for an experiment
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public Comparison comparison(Path file, List<String> overrides) {
    plugins.requireOpen();
    return Comparison.of(
        plugins, FileKind.COMPARISON.require(reader.override(reader.read(file), overrides)));
  }

  /**
   * Reads a claim, which a comparison decides.
   *
   * @param file the YAML file
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public Claim claim(Path file) {
    plugins.requireOpen();
    return Claim.of(catalog(), reader.read(file));
  }

  /**
   * Whether a file describes a comparison, and no experiment.
   *
   * @param file the YAML file
   * @param overrides as for an experiment
   * @throws io.flexora.config.yaml.ConfigurationException if it cannot be read
   */
  public boolean describesComparison(Path file, List<String> overrides) {
    return FileKind.COMPARISON.isThatOf(reader.override(reader.read(file), overrides));
  }

  /**
   * Reads a comparison again, as it was resolved.
   *
   * @param folder the comparison's folder
   * @throws io.flexora.config.yaml.ConfigurationException if it needs plugins that are not there
   * @throws io.flexora.api.run.FlexoraException if the folder is not that of a comparison
   */
  public Comparison comparisonOf(Path folder) {
    return comparison(ComparisonFolder.configuration(folder), List.of());
  }

  /** Describes the files of experiments as JSON Schema (draft 2020-12), for editors. */
  public String schema() {
    return Experiment.schema(catalog());
  }

  /** The reports that a comparison writes where none is asked for. */
  public List<ComparisonReport> comparisonReports() {
    plugins.requireOpen();
    return Comparison.reports(catalog());
  }

  private Experiment experiment(ConfigNode node, List<String> overrides) {
    plugins.requireOpen();
    return Experiment.of(catalog(), FileKind.EXPERIMENT.require(reader.override(node, overrides)));
  }

  /** Describes the files of comparisons as JSON Schema (draft 2020-12), for editors. */
  public String comparisonSchema() {
    return Comparison.schema(catalog());
  }

  /** Describes the options of an extension, as YAML binding and the schema know them. */
  public static OptionModel options(InstalledExtension extension) {
    return OptionModel.of(extension.extension().configuration());
  }

  /**
   * Reads everything that is known of a run. No plugin is needed.
   *
   * @throws io.flexora.api.run.FlexoraException if it is not a run's folder, or a file in it is
   *     damaged
   */
  public static RunRecord run(Path folder) {
    return RunFolder.read(folder);
  }

  /**
   * Reads what a list of runs shows of a run or a comparison. No plugin is needed.
   *
   * @throws io.flexora.api.run.FlexoraException if it is neither, or a file in it is damaged
   */
  public static RunSummary summary(Path folder) {
    return RunSummary.of(folder);
  }

  /**
   * Reads every option of a run or a comparison, as text, by its path. No plugin is needed.
   *
   * @throws io.flexora.api.run.FlexoraException if it is neither, or the file was changed
   */
  public static Map<String, String> configurationOf(Path folder) {
    return RunSummary.configuration(folder);
  }

  /**
   * Reads a file of an experiment or a comparison as it is written: maps, lists and texts, null for
   * no value. No plugin is needed.
   *
   * @throws io.flexora.api.run.FlexoraException if it cannot be read
   */
  public static Map<String, Object> fileTree(Path file) {
    return RunSummary.tree(file);
  }

  /**
   * Gives the command line of another Java like this one, up to its main class: the same options
   * and class path.
   *
   * @param crashes where a crash of it is described
   */
  public static List<String> javaCommand(Path crashes) {
    return CellCommand.java(crashes);
  }

  /**
   * Reads what came out of the cells of a run that have ended so far, by name. No plugin is needed.
   *
   * @throws io.flexora.api.run.FlexoraException if it is not a run's folder, or a file in it is
   *     damaged
   */
  public static Map<String, CellOutcome> outcomes(Path run) {
    Map<String, CellOutcome> outcomes = new LinkedHashMap<>();
    for (String cell : RunFolder.cells(run)) {
      RunFolder.readCell(run, cell).outcome().ifPresent(outcome -> outcomes.put(cell, outcome));
    }
    return outcomes;
  }

  /** Finds the process that works on a run or a comparison; empty if none of this machine does. */
  public static Optional<ProcessHandle> worker(Path folder) {
    return RunFolder.worker(folder);
  }

  /** Whether a folder is that of a comparison. */
  public static boolean isComparison(Path folder) {
    return ComparisonFolder.isComparison(folder);
  }

  /**
   * Reads what a comparison found; empty if nothing was written yet. No plugin is needed.
   *
   * @throws io.flexora.api.run.FlexoraException if the file is malformed
   */
  public static Optional<ComparisonResult> comparisonResult(Path folder) {
    return ComparisonFolder.result(folder);
  }

  /**
   * Reads the names of what a comparison compares. No plugin is needed.
   *
   * @throws io.flexora.api.run.FlexoraException if it is not the folder of a comparison
   */
  public static ComparedNames comparedNames(Path folder) {
    return ComparedNames.in(folder);
  }

  /**
   * Reads what happened to the cells of a comparison.
   *
   * @throws io.flexora.api.run.FlexoraException if the ledger cannot be read, or is damaged
   */
  public static List<RunEvent> ledger(Path comparison) {
    return EventLog.read(ComparisonFolder.ledger(comparison));
  }

  /** Follows the ledger of a comparison, in whatever process that runs; it may not be there yet. */
  public static EventTail followLedger(Path comparison) {
    return new EventTail(ComparisonFolder.ledger(comparison));
  }

  /** Follows the record of a run, in whatever process that runs; it may not be there yet. */
  public static EventTail followRun(Path run) {
    return EventTail.ofRun(run);
  }

  /** Estimates how long a comparison still takes, by what it is told of its ledger. */
  public static TimeLeft timeLeft() {
    return new TimeLeft();
  }

  /**
   * Asks about all runs of a folder by SQL, within the usual limits.
   *
   * @param runs where runs lie, or a run or a comparison itself
   * @param sql one query, in the dialect of DuckDB
   * @param notes hears of each run that is left out, and why
   * @throws io.flexora.api.run.FlexoraException if there are no runs, or the query is wrong
   */
  public static QueryResult query(Path runs, String sql, Consumer<String> notes) {
    return query(runs, sql, QueryLimits.usual(), notes);
  }

  /**
   * Asks about all runs of a folder by SQL, within limits.
   *
   * @param runs as for {@link #query(Path, String, Consumer)}
   * @param sql one query
   * @param limits what it may take
   * @param notes as for {@link #query(Path, String, Consumer)}
   * @throws io.flexora.api.run.FlexoraException if there are no runs, or the query is wrong or
   *     takes too much
   */
  public static QueryResult query(
      Path runs, String sql, QueryLimits limits, Consumer<String> notes) {
    return new RunQuery(runs, limits, notes).ask(sql);
  }

  /** What a query can ask about. */
  public static List<View> views() {
    return List.of(View.values());
  }

  /** A record of the API as the JSON that its file would hold. */
  public static ObjectNode json(Object record) {
    return RecordJson.tree(record);
  }

  /**
   * The names of the classes that a cell of a run was trained for; empty if it was not, or has no
   * head.
   *
   * @throws FlexoraException if it is not a run's folder, or has no such cell
   */
  public static List<String> classes(Path run, String cell) {
    return RunFolder.readCell(run, cell).classes().orElse(List.of());
  }

  /** Rows of one field, to predict their answers. */
  public static List<Row> rows(List<String> texts, String field) {
    return QuestionRows.ofTexts(texts, field);
  }

  /**
   * Rows of a file with a JSON object on each line, to predict their answers.
   *
   * @throws FlexoraException if it cannot be read, has no row, or a line is something else
   */
  public static List<Row> rows(Path file) {
    return QuestionRows.read(file);
  }

  /**
   * The same of lines.
   *
   * @param name what messages and answers call them
   */
  public static List<Row> rows(String name, List<String> lines) {
    return QuestionRows.ofLines(name, lines);
  }

  /** What was measured in a step, as JSON. */
  public static ObjectNode json(Progress progress) {
    return EventJson.values(progress);
  }

  /** What belongs to an event, as JSON. */
  public static ObjectNode json(Event event) {
    return EventJson.values(event);
  }

  /**
   * Stops all plugins and frees what they held. Experiments that run in other threads are cancelled
   * first, and a minute is waited for their last step.
   */
  @Override
  public void close() {
    plugins.close();
  }

  /**
   * The settings of a host.
   *
   * @since 0.1
   */
  public static final class Builder {

    private final List<Path> bundles = new ArrayList<>();
    private Optional<Path> home = Optional.empty();
    private Optional<Path> pluginsFolder = Optional.empty();
    private Optional<Path> cache = Optional.empty();
    private Duration pollInterval = POLL_INTERVAL;
    private boolean strict;

    private Builder() {}

    /** Takes {@code bundles/} and {@code plugins/} of an installed distribution. */
    public Builder home(Path folder) {
      home = Optional.of(folder);
      return bundles(folder.resolve("bundles")).pluginsFolder(folder.resolve("plugins"));
    }

    /** Adds bundles of the host's own: a jar, an exploded bundle, or a folder of these. */
    public Builder bundles(Path path) {
      bundles.add(path);
      return this;
    }

    /** Sets the folder whose jars are plugins. */
    public Builder pluginsFolder(Path folder) {
      pluginsFolder = Optional.of(folder);
      return this;
    }

    /**
     * Sets the folder for what the host keeps while it runs, instead of one in the user's cache.
     * Others who can write to it can change the code that the host runs.
     */
    public Builder cache(Path folder) {
      cache = Optional.of(folder);
      return this;
    }

    /**
     * Looks for new, changed and removed plugins that often, instead of every second; zero looks at
     * the start only. What is found is told to those who {@link PluginHost#listen}. No running
     * experiment is disturbed: what it uses is replaced when it has ended.
     */
    public Builder pollInterval(Duration interval) {
      pollInterval = interval;
      return this;
    }

    /**
     * Lets the start fail where a bundle or a shipped plugin cannot be used, whatever the cause.
     */
    public Builder strict() {
      strict = true;
      return this;
    }

    /**
     * Starts the host and returns when every bundle and plugin that is there has been tried.
     *
     * @throws FlexoraException if it cannot be started; the message says why
     */
    public FlexoraHost start() {
      Path folder = cache.orElseGet(HostCache::folder);
      List<Path> all = new ArrayList<>(bundles);
      if (home.isEmpty()) {
        ClassLoader classPath = FlexoraHost.class.getClassLoader();
        all.addAll(PackedBundles.unpack(classPath, folder.resolve("bundles")));
      }
      PluginHost plugins =
          PluginHost.start(new PluginHostOptions(all, pluginsFolder, folder, pollInterval));
      try {
        if (strict) {
          plugins.requireShipped();
        }
        return new FlexoraHost(plugins, home);
      } catch (RuntimeException e) {
        plugins.close();
        throw e;
      }
    }
  }
}
