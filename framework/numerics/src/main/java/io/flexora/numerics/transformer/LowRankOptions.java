package io.flexora.numerics.transformer;

import io.flexora.api.plugin.Option;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The options that LoRA and its variants share, by the names that PEFT and LLaMA-Factory give them.
 *
 * @since 0.1
 */
public record LowRankOptions(
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
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]",
            aliases = {"lora_target"})
        List<String> targetModules) {

  /** Copies the list. */
  public LowRankOptions {
    targetModules = List.copyOf(targetModules);
  }

  /** The factor s of the product B A. */
  public double scaling() {
    return useRslora ? loraAlpha / Math.sqrt(loraRank) : loraAlpha / loraRank;
  }

  /**
   * The keys of {@code adapter_config.json} of a LoRA with these options, in a map to add to.
   *
   * @param start what PEFT calls {@code init_lora_weights}
   */
  public Map<String, Object> configuration(Object start) {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "LORA");
    configuration.put("r", loraRank);
    configuration.put("lora_alpha", LowRank.number(loraAlpha));
    configuration.put("lora_dropout", loraDropout);
    configuration.put("use_rslora", useRslora);
    configuration.put("use_dora", false);
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("init_lora_weights", start);
    configuration.put("rank_pattern", Map.of());
    configuration.put("alpha_pattern", Map.of());
    return configuration;
  }
}
