package io.flexora.experiment.setup;

import io.flexora.api.data.Dataset;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.head.Objective;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Option;
import io.flexora.api.task.Task;
import io.flexora.runstore.FolderName;
import java.util.Map;

/**
 * The options of what is learnt and how that is measured.
 *
 * @since 0.1
 */
public record TaskOptions(
    @Option(doc = "The dataset with its splits.") Component<Dataset> dataset,
    @Option(doc = "The task, which turns rows into examples.", byDefault = "classification")
        Component<Task> task,
    @Option(
            doc =
                "What a language model learns from questions with choices: answer (the likelihood"
                    + " of the right answer), choices (cross-entropy over the choices), from which"
                    + " a small model learns more with few rows, or an objective of a plugin's.",
            byDefault = "answer")
        Component<Objective> objective,
    @Option(doc = "The evaluator of the trained model.", byDefault = "classification")
        Component<Evaluator> evaluator,
    @Option(
            affects = Effect.EVALUATION,
            doc =
                "Further test sets, such as one out of distribution, each under a name of"
                    + " your choice. Every trained model and every posterior is evaluated on"
                    + " them.",
            byDefault = "{}")
        Map<String, TestSetOptions> testSets,
    @Option(
            affects = Effect.EVALUATION,
            doc =
                "Whether a cell's answers.json and the report show test examples by their texts."
                    + " Without them, examples are shown by the origin of their row.",
            byDefault = "true")
        boolean exampleTexts) {

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if a test set's name cannot be part of a task's
   */
  public TaskOptions {
    FolderName.PART.requireKeys("test_sets", "test set", testSets);
  }
}
