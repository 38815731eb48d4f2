package io.flexora.experiment;

import io.flexora.api.data.Dataset;
import io.flexora.api.data.Task;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.model.Objective;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;

/**
 * What is learnt and how that is measured.
 *
 * @since 0.1
 */
public record TaskOptions(
    @Option(doc = "The dataset with its splits.") Component<Dataset> dataset,
    @Option(doc = "The task, which turns rows into examples.", byDefault = "classification")
        Component<Task> task,
    @Option(
            doc =
                "What a language model learns from questions with choices: answer (the likelihood of"
                    + " the right answer), choices (cross-entropy over the choices), from which a"
                    + " small model learns more with few rows, or an objective of a plugin's.",
            byDefault = "answer")
        Component<Objective> objective,
    @Option(doc = "The evaluator of the trained model.", byDefault = "classification")
        Component<Evaluator> evaluator) {}
