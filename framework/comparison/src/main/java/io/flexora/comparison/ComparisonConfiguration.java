package io.flexora.comparison;

import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.report.ComparisonReport;
import io.flexora.api.selection.Selector;
import io.flexora.experiment.CellOptions;
import io.flexora.experiment.TaskOptions;
import io.flexora.runstore.FolderName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A comparison file, option by option: which strategies are compared on which models and tasks,
 * with which seeds, and what is held equal.
 *
 * @since 0.1
 */
public record ComparisonConfiguration(
    @Option(
            doc = "Name of the comparison; its folder name starts with it.",
            byDefault = "comparison")
        String name,
    @Option(
            doc =
                "The seeds: each strategy runs once with each. The data does not depend on"
                    + " them.",
            min = 0)
        List<Long> seeds,
    @Option(
            doc = "Seed of the data: splits and a task's random choices.",
            byDefault = "42",
            min = 0)
        long dataSeed,
    @Option(doc = "The pretrained models, each under a name of your choice.")
        Map<String, Component<ModelBackend>> models,
    @Option(doc = "The tasks, each under a name of your choice.") Map<String, TaskOptions> tasks,
    @Inline CellOptions cell,
    @Option(doc = "The budget that is held equal.", byDefault = "{hold: steps}")
        BudgetOptions budget,
    @Option(doc = "The strategy that the others are tested against. Default: the first.")
        Optional<String> baseline,
    @Option(
            doc =
                "The strategies, each under a name of your choice. A selector may appear"
                    + " several times with different options.")
        Map<String, Component<Selector>> strategies,
    @Option(doc = "The reports to write.", byDefault = "[html, csv, latex]")
        List<Component<ComparisonReport>> reports) {

  private static final FolderName FOLDER =
      new FolderName(Pattern.compile("(?s).*"), "any text", FolderName.MOST_BYTES);

  /** Of the 255 bytes of a folder's name three such names leave enough for what is added. */
  private static final FolderName PART =
      new FolderName(
          Pattern.compile("[a-z0-9][a-z0-9_-]*"),
          "lower-case letters, digits, hyphens and underscores",
          56);

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a name cannot be part of a cell's, or there is no model,
   *     task, strategy or seed
   */
  public ComparisonConfiguration {
    FOLDER
        .problem("name", name)
        .ifPresent(
            problem -> {
              throw OptionException.of("name", problem);
            });
    requireNames("models", "model", models);
    requireNames("tasks", "task", tasks);
    requireNames("strategies", "strategy", strategies);
  }

  /** The strategy that differences are taken against. */
  public String baselineName() {
    return baseline.orElseGet(() -> strategies.keySet().iterator().next());
  }

  private static void requireNames(String option, String what, Map<String, ?> named) {
    if (named.isEmpty()) {
      throw OptionException.of(option, "there is no %s to compare".formatted(what));
    }
    for (String name : named.keySet()) {
      PART.problem(what, name)
          .ifPresent(
              problem -> {
                throw OptionException.ofEntry(option, name, problem);
              });
    }
  }
}
