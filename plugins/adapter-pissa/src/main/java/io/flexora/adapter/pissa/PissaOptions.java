package io.flexora.adapter.pissa;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of PiSSA, by the names that PEFT and LLaMA-Factory give them. */
public record PissaOptions(
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
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]",
            aliases = {"lora_target"})
        List<String> targetModules) {
  /** Copies the list. */
  public PissaOptions {
    targetModules = List.copyOf(targetModules);
  }

  /** The factor s in W + s (B A - B0 A0). */
  double scaling() {
    return useRslora ? loraAlpha / Math.sqrt(loraRank) : loraAlpha / loraRank;
  }
}
