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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  private static final String NAME = "[a-z0-9][a-z0-9_-]*";

  /** Of the 255 bytes of a folder's name three such names leave enough for what is added. */
  private static final int LONGEST_PART = 56;

  private static final int LONGEST_NAME = 200;
  private static final int SHOWN = 30;

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a name cannot be part of a cell's, or there is no model,
   *     task, strategy or seed
   */
  public ComparisonConfiguration {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LONGEST_NAME) {
      throw OptionException.of("name", tooLong("name", name, bytes, LONGEST_NAME));
    }
    requireNames("models", "model", models);
    requireNames("tasks", "task", tasks);
    requireNames("strategies", "strategy", strategies);
  }

  private static String tooLong(String what, String name, int length, int most) {
    return "%s '%s...' has %d characters, but a folder's name has room for %d"
        .formatted(what, name.substring(0, SHOWN), length, most);
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
      if (name.length() > LONGEST_PART) {
        throw OptionException.ofEntry(
            option, name, tooLong(what, name, name.length(), LONGEST_PART));
      }
      if (!name.matches(NAME)) {
        throw OptionException.ofEntry(
            option,
            name,
            ("%s '%s' cannot be part of a folder's name; use lower-case letters, digits, hyphens"
                    + " and underscores")
                .formatted(what, name));
      }
    }
  }
}
