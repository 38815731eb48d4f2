package io.flexora.comparison;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.api.report.ComparisonReport;
import io.flexora.api.run.Runner;
import io.flexora.api.selection.Selector;
import io.flexora.api.train.Trainer;
import io.flexora.experiment.DeviceChoice;
import io.flexora.runstore.CheckpointOptions;
import java.nio.file.Path;
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
            doc = "The name of the comparison; its folder begins with it.",
            byDefault = "comparison")
        String name,
    @Option(
            doc =
                "The seeds: each strategy chooses, and trains, once with each. The data is the same"
                    + " for all of them.",
            min = 0)
        List<Long> seeds,
    @Option(
            doc = "The seed of the data: its splits, and what a task draws of it.",
            byDefault = "42",
            min = 0)
        long dataSeed,
    @Option(
            doc =
                "Where to compute: auto takes a GPU if there is one; gpu without a GPU is an error.",
            byDefault = "auto")
        DeviceChoice device,
    @Option(doc = "The pretrained models, each with a name of your choice.")
        Map<String, Component<ModelBackend>> models,
    @Option(doc = "The tasks, each with a name of your choice.") Map<String, ComparedTask> tasks,
    @Option(doc = "What is added to an adapted module.", byDefault = "lora")
        Component<AdapterMethod> adapter,
    @Option(doc = "How the adapters are trained on the chosen layers.", byDefault = "gradient")
        Component<Trainer> trainer,
    @Option(doc = "What is held equal.", byDefault = "{hold: steps}") BudgetOptions budget,
    @Option(
            doc =
                "The name of the strategy that the others are compared with; where nothing is said,"
                    + " the first.")
        Optional<String> baseline,
    @Option(
            doc =
                "The strategies, each with a name of your choice. The same selector may be there"
                    + " more than once, with other options.")
        Map<String, Component<Selector>> strategies,
    @Option(
            doc = "Where the cells run: local, one after the other in this process, or process.",
            byDefault = "local")
        Component<Runner> runner,
    @Option(doc = "The reports to write at the end.", byDefault = "[html, csv, latex]")
        List<Component<ComparisonReport>> reports,
    @Option(
            doc = "When the state of a cell is saved, to go on from after an interruption.",
            byDefault = "{}")
        CheckpointOptions checkpoints,
    @Option(
            doc =
                "The folder of all runs and comparisons; where nothing is said, runs in the working"
                    + " folder.")
        Optional<Path> outputDir) {

  private static final String NAME = "[a-z0-9][a-z0-9_-]*";

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a name cannot be part of a cell's, or there is no model,
   *     task, strategy or seed
   */
  public ComparisonConfiguration {
    requireNames("model", models);
    requireNames("task", tasks);
    requireNames("strategy", strategies);
  }

  /** The strategy that differences are taken against. */
  public String baselineName() {
    return baseline.orElseGet(() -> strategies.keySet().iterator().next());
  }

  private static void requireNames(String what, Map<String, ?> named) {
    if (named.isEmpty()) {
      throw new IllegalArgumentException("there is no %s to compare".formatted(what));
    }
    for (String name : named.keySet()) {
      if (!name.matches(NAME)) {
        throw new IllegalArgumentException(
            ("%s '%s' cannot be part of a folder's name; use lower-case letters, digits, hyphens and"
                    + " underscores")
                .formatted(what, name));
      }
    }
  }
}
