package io.flexora.adapter.lora;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.transformer.LowRankOptions;
import java.util.List;

/** The options of LoRA, by the names that PEFT and LLaMA-Factory give them. */
public record LoraOptions(
    @Inline LowRankOptions lora,
    @Option(
            doc =
                "Where a strategy gives out ranks: scale lora_alpha with a module's rank, so that"
                    + " without use_rslora all products weigh the same; false for lora_alpha / rank,"
                    + " as PEFT has it.",
            byDefault = "false")
        boolean adjustScalingFactors) {

  /** LoRA with one learning rate. */
  public LoraOptions(
      int loraRank,
      double loraAlpha,
      double loraDropout,
      boolean useRslora,
      List<String> targetModules) {
    this(new LowRankOptions(loraRank, loraAlpha, loraDropout, useRslora, targetModules), false);
  }

  /** The factor s in y + s B A x of a module with that rank. */
  double scaling(long rank) {
    return lora.scaling(rank, adjustScalingFactors);
  }

  /** The same factor as TorchScript, by the rank of the module's A. */
  String scalingText() {
    return lora.scalingText("torch.size(p[0], 0)", adjustScalingFactors);
  }
}
