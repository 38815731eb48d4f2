package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
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
        List<String> targetModules,
    @Option(
            doc = "Learning rate of B over that of A, as LoRA+ has it (Hayou et al. 2024).",
            byDefault = "1",
            min = 0,
            minExclusive = true)
        double loraplusLrRatio) {

  /** Copies the list. */
  public LowRankOptions {
    targetModules = List.copyOf(targetModules);
  }

  /** Both factors with the same learning rate. */
  public LowRankOptions(
      int loraRank,
      double loraAlpha,
      double loraDropout,
      boolean useRslora,
      List<String> targetModules) {
    this(loraRank, loraAlpha, loraDropout, useRslora, targetModules, 1);
  }

  /** A and B of a module with the rank that all have. */
  public List<AdapterParameter> factors(ModuleShape module) {
    return factors(module, loraRank);
  }

  /** A and B of a module with a rank of its own. */
  public List<AdapterParameter> factors(ModuleShape module, int rank) {
    return LowRank.factors(module, rank, loraplusLrRatio);
  }

  /** The factor s of the product B A. */
  public double scaling() {
    return useRslora ? loraAlpha / Math.sqrt(loraRank) : loraAlpha / loraRank;
  }

  /** The lora_alpha of a module with a rank of its own, scaled with it or not. */
  public double alpha(long rank, boolean adjusted) {
    return adjusted ? loraAlpha * (double) rank / loraRank : loraAlpha;
  }

  /**
   * The factor s of a module with a rank of its own.
   *
   * @param adjusted whether lora_alpha is scaled with the rank
   */
  public double scaling(long rank, boolean adjusted) {
    if (adjusted && !useRslora) {
      return scaling();
    }
    return alpha(rank, adjusted) / (useRslora ? Math.sqrt((double) rank) : (double) rank);
  }

  /**
   * The same factor as TorchScript.
   *
   * @param rank the rank as TorchScript, an int
   */
  public String scalingText(String rank, boolean adjusted) {
    if (adjusted) {
      return useRslora
          ? "(%s * float(%s) / %s / torch.sqrt(%s))"
              .formatted(loraAlpha, rank, (double) loraRank, rank)
          : Double.toString(scaling());
    }
    return "(%s / %s(%s))".formatted(loraAlpha, useRslora ? "torch.sqrt" : "float", rank);
  }

  /**
   * The keys of {@code adapter_config.json} for modules that have ranks of their own.
   *
   * @param trained the factors of each site, A first
   * @param adjusted whether lora_alpha is scaled with the rank
   */
  public Map<String, Object> patterns(
      Map<AdapterSite, List<AdapterArray>> trained, boolean adjusted) {
    Map<String, Object> ranks = new TreeMap<>();
    Map<String, Object> alphas = new TreeMap<>();
    trained.forEach(
        (site, arrays) -> {
          int rank = Math.toIntExact(arrays.get(0).parameter().shape().get(0));
          if (rank != loraRank) {
            ranks.put(site.path(), rank);
            if (adjusted) {
              alphas.put(site.path(), alpha(rank, true));
            }
          }
        });
    return Map.of("rank_pattern", ranks, "alpha_pattern", alphas);
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
