package io.flexora.numerics.transformer;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Option;
import java.util.List;

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
        double loraplusLrRatio)
    implements AdapterMethod.Ranked {

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
    return parameters(module, loraRank);
  }

  /** A and B of a module with a rank of its own. */
  @Override
  public List<AdapterParameter> parameters(ModuleShape module, int rank) {
    return LowRank.factors(module, rank, loraplusLrRatio);
  }

  @Override
  public int rank(ModuleShape module) {
    return loraRank;
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
}
