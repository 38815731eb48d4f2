package io.flexora.comparison.setup;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.selection.Selector;
import io.flexora.api.train.Trainer;
import io.flexora.experiment.setup.CellOptions;
import io.flexora.experiment.setup.TaskOptions;
import io.flexora.results.report.ComparisonReport;
import io.flexora.runstore.FolderName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A comparison file, option by option: which strategies are compared on which models and tasks,
 * with which seeds, and what is held equal.
 *
 * @since 0.1
 */
public record ComparisonConfiguration(
    @Option(
            affects = Effect.NOTHING,
            doc = "Name of the comparison; its folder name starts with it.",
            byDefault = "comparison")
        String name,
    @Option(
            affects = {Effect.SEARCH, Effect.TRAINING},
            doc =
                "The seeds: each strategy runs once with each. The data does not depend on"
                    + " them.",
            min = 0)
        List<Long> seeds,
    @Option(
            affects = {Effect.MODEL, Effect.DATA},
            doc = "Seed of the data: splits and a task's random choices.",
            byDefault = "42",
            min = 0)
        long dataSeed,
    @Option(doc = "The pretrained models, each under a name of your choice.")
        Map<String, Component<ModelBackend>> models,
    @Option(doc = "The tasks, each under a name of your choice.") Map<String, TaskOptions> tasks,
    @Inline CellOptions cell,
    @Option(
            affects = {Effect.SEARCH, Effect.TRAINING},
            doc = "The budget that is held equal.",
            byDefault = "{hold: steps}")
        BudgetOptions budget,
    @Option(
            doc =
                "Adapter methods to compare, in place of adapter, each under a name of your choice."
                    + " Each strategy is trained with each, as STRATEGY+ADAPTER.",
            byDefault = "{}")
        Map<String, Component<AdapterMethod>> adapters,
    @Option(
            doc =
                "Trainers to compare, in place of trainer, each under a name of your choice. Each"
                    + " strategy is trained by each, as STRATEGY+TRAINER.",
            byDefault = "{}")
        Map<String, Component<Trainer>> trainers,
    @Option(
            affects = Effect.NOTHING,
            doc =
                "The strategy that the others are tested against, with +ADAPTER and +TRAINER where"
                    + " these are compared. Default: the first.")
        Optional<String> baseline,
    @Option(
            affects = Effect.NOTHING,
            doc =
                "Test each strategy for being not worse than the baseline, or another strategy, by more"
                    + " than a margin, and for being equivalent to it within the margin. Default: no"
                    + " such tests.")
        Optional<EquivalenceOptions> equivalence,
    @Option(
            doc =
                "The strategies, each under a name of your choice. A selector may appear"
                    + " several times with different options.")
        Map<String, Component<Selector>> strategies,
    @Option(
            affects = {Effect.DATA, Effect.SEARCH, Effect.TRAINING},
            doc =
                "Tune options of each strategy before it is trained and tested. Default: no tuning.")
        Optional<TuningOptions> tune,
    @Option(doc = "The reports to write.", byDefault = ComparisonConfiguration.USUAL_REPORTS)
        List<Component<ComparisonReport>> reports) {

  /** The reports where none are asked for. */
  public static final String USUAL_REPORTS = "[html, csv, latex]";

  private static final FolderName FOLDER =
      new FolderName(Pattern.compile("(?s).*"), "any text", FolderName.MOST_BYTES);

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a name cannot be part of a cell's, or there is no model,
   *     task, strategy or seed
   */
  public ComparisonConfiguration {
    FOLDER.require("name", name);
    requireNames("models", "model", models);
    requireNames("tasks", "task", tasks);
    requireNames("strategies", "strategy", strategies);
    FolderName.PART.requireKeys(ComparedRow.ADAPTERS, "adapter", adapters);
    FolderName.PART.requireKeys(ComparedRow.TRAINERS, "trainer", trainers);
    rows(strategies, adapters, trainers).forEach(ComparisonConfiguration::requireLabel);
  }

  /** The rows that are trained, in the order in which they are shown. */
  public List<ComparedRow> trainedRows() {
    return rows(strategies, adapters, trainers);
  }

  private static List<ComparedRow> rows(
      Map<String, ?> strategies, Map<String, ?> adapters, Map<String, ?> trainers) {
    Map<String, Map<String, ?>> named =
        Map.of(
            ComparedRow.STRATEGIES,
            strategies,
            ComparedRow.ADAPTERS,
            adapters,
            ComparedRow.TRAINERS,
            trainers);
    return ComparedRow.of(option -> named.get(option).keySet());
  }

  /** The rows that are compared: behind each that is trained those of its posteriors. */
  public List<ComparedRow> rows() {
    return trainedRows().stream().flatMap(row -> rowsOf(row).stream()).toList();
  }

  /** A row that is trained, and behind it those of its posteriors. */
  public List<ComparedRow> rowsOf(ComparedRow trained) {
    return Stream.concat(Stream.of(trained), posteriorRows(trained).stream()).toList();
  }

  private List<ComparedRow> posteriorRows(ComparedRow trained) {
    return cell.posteriors().keySet().stream().map(trained::with).toList();
  }

  /**
   * A row by its label.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  public ComparedRow row(String label) {
    return rows().stream().filter(row -> row.label().equals(label)).findFirst().orElseThrow();
  }

  /** The label of the row that differences are taken against. */
  public String baselineName() {
    return baseline.orElseGet(() -> rows().get(0).label());
  }

  /** The label of the row that the others are tested against within a margin. */
  public String referenceName() {
    return equivalence.flatMap(EquivalenceOptions::against).orElseGet(this::baselineName);
  }

  /**
   * The rows that are tested against another one beside the baseline: a posterior against what it
   * is made of, and one of another adapter or trainer than the baseline's against those of the
   * baseline on the layers of the same strategy. By their labels, with that of the other.
   */
  public Map<String, String> counterparts() {
    Map<String, String> counterparts = ComparedRow.counterparts(trainedRows(), row(baselineName()));
    trainedRows()
        .forEach(
            row -> posteriorRows(row).forEach(made -> counterparts.put(made.label(), row.label())));
    return counterparts;
  }

  private static void requireNames(String option, String what, Map<String, ?> named) {
    if (named.isEmpty()) {
      throw OptionException.of(option, "there is no %s to compare".formatted(what));
    }
    FolderName.PART.requireKeys(option, what, named);
  }

  /** A label of several names has no more bytes than a name. */
  private static void requireLabel(ComparedRow row) {
    int most = FolderName.PART.mostBytes();
    if (row.label().length() > most) {
      throw OptionException.ofEntry(
          row.trainer().isPresent() ? ComparedRow.TRAINERS : ComparedRow.ADAPTERS,
          row.trainer().or(row::adapter).orElseThrow(),
          "with strategy '%s' it makes the name '%s' of %d characters; %d are the most, so take shorter names"
              .formatted(row.strategy(), row.label(), row.label().length(), most));
    }
  }
}
