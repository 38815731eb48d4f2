package io.flexora.adapter.dora;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of DoRA, by the names that PEFT and LLaMA-Factory give them. */
public record DoraOptions(
    @Option(
            doc = "Rank of the factors.",
            byDefault = "8",
            min = 1,
            aliases = {"r", "lora_r"})
        int loraRank,
    @Option(
            doc = "Scale of the factors: their product is multiplied by lora_alpha / lora_rank.",
            byDefault = "16",
            min = 0,
            minExclusive = true)
        double loraAlpha,
    @Option(
            doc = "Dropout probability of the adapter's input in training.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double loraDropout,
    @Option(doc = "Scale by lora_alpha / sqrt(lora_rank), as rsLoRA does.", byDefault = "false")
        boolean useRslora,
    @Option(
            doc =
                "Take the norm of the rows as constant in the gradient, as the paper and PEFT do"
                    + " to save memory; false for the exact gradient, which exact hypergradients"
                    + " need.",
            byDefault = "true")
        boolean detachNorm,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]",
            aliases = {"lora_target"})
        List<String> targetModules) {
  /** Copies the list. */
  public DoraOptions {
    targetModules = List.copyOf(targetModules);
  }

  /** The factor s in W + s B A. */
  double scaling() {
    return useRslora ? loraAlpha / Math.sqrt(loraRank) : loraAlpha / loraRank;
  }
}
