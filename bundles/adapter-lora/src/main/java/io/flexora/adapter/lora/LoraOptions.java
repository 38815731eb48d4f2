package io.flexora.adapter.lora;

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of LoRA, by the names that PEFT and LLaMA-Factory give them. */
public record LoraOptions(
    @Option(
            doc = "Rank of the factors.",
            byDefault = "8",
            min = 1,
            aliases = {"r", "lora_r"})
        int loraRank,
    @Option(
            doc = "LoRA alpha: the product is scaled by lora_alpha / lora_rank.",
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
            doc = "Learning rate of B over that of A, as LoRA+ has it (Hayou et al. 2024).",
            byDefault = "1",
            min = 0,
            minExclusive = true)
        double loraplusLrRatio,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]",
            aliases = {"lora_target"})
        List<String> targetModules) {
  /** Copies the list. */
  public LoraOptions {
    targetModules = List.copyOf(targetModules);
  }

  /** LoRA with one learning rate. */
  public LoraOptions(
      int loraRank,
      double loraAlpha,
      double loraDropout,
      boolean useRslora,
      List<String> targetModules) {
    this(loraRank, loraAlpha, loraDropout, useRslora, 1, targetModules);
  }

  /** The factor s in y + s B A x. */
  double scaling() {
    return useRslora ? loraAlpha / Math.sqrt(loraRank) : loraAlpha / loraRank;
  }
}
