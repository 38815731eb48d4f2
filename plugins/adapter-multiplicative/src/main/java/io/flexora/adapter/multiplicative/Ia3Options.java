package io.flexora.adapter.multiplicative;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of IA3, by the names that PEFT gives them. */
public record Ia3Options(
    @Option(
            doc =
                "Modules to adapt in each layer; empty for those of keys, values and the second"
                    + " matrix of the feed-forward network, as in the paper (arXiv 2205.05638).",
            byDefault = "[]")
        List<String> targetModules,
    @Option(
            doc =
                "Adapted modules whose inputs are scaled instead of their outputs; a module's name"
                    + " or, as in PEFT, the end of its path.",
            byDefault = "[down_proj, output.dense, mlp.c_proj, dense_4h_to_h, fc2, fc_out]")
        List<String> feedforwardModules) {

  /** Copies the lists. */
  public Ia3Options {
    targetModules = List.copyOf(targetModules);
    feedforwardModules = List.copyOf(feedforwardModules);
  }
}
