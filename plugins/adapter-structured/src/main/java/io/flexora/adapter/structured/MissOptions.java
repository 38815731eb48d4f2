package io.flexora.adapter.structured;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of MiSS, by the names that PEFT gives them. */
public record MissOptions(
    @Option(
            doc = "Rows of the trained matrix, which the inputs of a module share in turn.",
            byDefault = "64",
            min = 1)
        int r,
    @Option(
            doc = "Dropout probability of the adapter's input in training.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double missDropout,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]")
        List<String> targetModules) {

  /** Copies the list. */
  public MissOptions {
    targetModules = List.copyOf(targetModules);
  }
}
