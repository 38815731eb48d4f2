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
    @Option(doc = "The rows, in their splits.") Component<Dataset> dataset,
    @Option(doc = "What is asked of a row.", byDefault = "classification") Component<Task> task,
    @Option(
            doc =
                "What is learnt from a question with choices: answer, the likelihood of the right"
                    + " answer, or choices, the choice among them. A small model learns more from"
                    + " few rows by the second.",
            byDefault = "answer")
        Objective objective,
    @Option(doc = "How the trained model is measured.", byDefault = "classification")
        Component<Evaluator> evaluator) {}
