package io.flexora.adapter.vera;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of VeRA, by the names that PEFT gives them. */
public record VeraOptions(
    @Option(
            doc = "Rank of the two shared matrices.",
            byDefault = "256",
            min = 1,
            aliases = "vera_rank")
        int r,
    @Option(doc = "What the vector between the matrices starts at.", byDefault = "0.1")
        double dInitial,
    @Option(
            doc = "Dropout probability of the adapter's input in training.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double veraDropout,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]")
        List<String> targetModules) {
  /** Copies the list. */
  public VeraOptions {
    targetModules = List.copyOf(targetModules);
  }
}
