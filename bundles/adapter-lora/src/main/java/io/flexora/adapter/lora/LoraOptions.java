package io.flexora.adapter.lora;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.transformer.LowRankOptions;
import java.util.List;

/** The options of LoRA, by the names that PEFT and LLaMA-Factory give them. */
public record LoraOptions(
    @Inline LowRankOptions lora,
    @Option(
            doc = "Learning rate of B over that of A, as LoRA+ has it (Hayou et al. 2024).",
            byDefault = "1",
            min = 0,
            minExclusive = true)
        double loraplusLrRatio) {

  /** LoRA with one learning rate. */
  public LoraOptions(
      int loraRank,
      double loraAlpha,
      double loraDropout,
      boolean useRslora,
      List<String> targetModules) {
    this(new LowRankOptions(loraRank, loraAlpha, loraDropout, useRslora, targetModules), 1);
  }

  /** The factor s in y + s B A x. */
  double scaling() {
    return lora.scaling();
  }
}
