package com.example.gradientnorm;

import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plugin.Option;

/** The options of {@code largest-gradient}; in YAML, {@code batch_size} is {@code batchSize}. */
public record GradientNormOptions(
    @Option(doc = "number of layers to keep", byDefault = "4", min = 1) int keep,
    @Option(doc = "training batches over which the norms are averaged", byDefault = "8", min = 1)
        int batches,
    @Option(doc = "batch size", byDefault = "8", min = 1) int batchSize) {

  ProblemOptions problem() {
    return new ProblemOptions(batchSize, 1, batchSize, 1);
  }
}
