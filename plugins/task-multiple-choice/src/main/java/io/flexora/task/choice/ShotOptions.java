package io.flexora.task.choice;

import io.flexora.api.plugin.Option;

/** The options of the tasks that have a name of their own. */
public record ShotOptions(
    @Option(
            doc =
                "Number of few-shot examples from the training rows in front of each test"
                    + " question. Training and validation questions have none.",
            byDefault = "0",
            min = 0,
            max = 1000,
            aliases = "num_fewshot")
        int fewshot,
    @Option(
            doc =
                "Sampling of few-shot examples: 'random' by the run's seed and the question,"
                    + " never the question itself, or the 'first'.",
            byDefault = "random")
        FewshotSampler fewshotSampler) {}
