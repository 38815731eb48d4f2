package io.flexora.adapter.vera;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of RandLoRA, by the names that PEFT gives them. */
public record RandloraOptions(
    @Option(
            doc =
                "Rank of each random base; fewer mean more bases, and so more trained parameters.",
            byDefault = "32",
            min = 1)
        int r,
    @Option(
            doc = "The change of the matrix is scaled by randlora_alpha / r.",
            byDefault = "640",
            min = 0,
            minExclusive = true)
        double randloraAlpha,
    @Option(
            doc = "Dropout probability of the adapter's input in training.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double randloraDropout,
    @Option(
            doc = "Draw bases of -1, 0 and 1 with probabilities 1/6, 2/3 and 1/6.",
            byDefault = "false")
        boolean sparse,
    @Option(
            doc =
                "Draw bases of -1, 0 and 1 with far more zeros: 1 and -1 have the probability 1/2"
                    + " over the root of the smaller width.",
            byDefault = "false")
        boolean verySparse,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]")
        List<String> targetModules) {

  /** Copies the list. */
  public RandloraOptions {
    targetModules = List.copyOf(targetModules);
  }
}
