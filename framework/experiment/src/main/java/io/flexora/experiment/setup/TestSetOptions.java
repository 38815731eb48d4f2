package io.flexora.experiment.setup;

import io.flexora.api.data.Dataset;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.api.task.Task;
import java.util.Map;
import java.util.Optional;

/**
 * A further test set, which the trained model is evaluated on beside the test split of its own
 * dataset.
 *
 * @since 0.1
 */
public record TestSetOptions(
    @Option(doc = "The dataset; its test split is taken.") Component<Dataset> dataset,
    @Option(doc = "The task, which turns rows into examples. Default: that of the training.")
        Optional<Component<Task>> task,
    @Option(doc = "The evaluator. Default: that of the own test split.")
        Optional<Component<Evaluator>> evaluator) {

  /** What a model is evaluated on that was trained on another task. */
  TaskOptions of(TaskOptions trained) {
    return new TaskOptions(
        dataset,
        task.orElseGet(trained::task),
        trained.objective(),
        evaluator.orElseGet(trained::evaluator),
        Map.of(),
        trained.exampleTexts());
  }
}
