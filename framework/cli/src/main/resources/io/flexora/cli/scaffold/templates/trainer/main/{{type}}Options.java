package {{package}};

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.optimiser.UpdateOptions;

/** The options of {@code {{name}}}; in YAML, {@code max_steps} is {@code maxSteps}. */
public record {{type}}Options(
    @Inline UpdateOptions update,
    @Option(doc = "optimiser steps", byDefault = "100", min = 1) int maxSteps,
    @Option(doc = "examples in a batch", byDefault = "8", min = 1, aliases = "batch_size")
        int perDeviceTrainBatchSize,
    @Option(
            doc = "how much of the average stays in each step; 0 keeps the last parameters",
            byDefault = "0.9",
            min = 0,
            max = 1,
            maxExclusive = true)
        double averageDecay) {}
