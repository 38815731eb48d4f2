package io.flexora.adapter.structured;

import io.flexora.api.plugin.Option;
import io.flexora.numerics.transformer.LowRank;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The options that LoHa and LoKr share, by the names that PEFT gives them. */
public record LycorisOptions(
    @Option(doc = "Rank of the factors.", byDefault = "8", min = 1) int r,
    @Option(
            doc = "The change of the matrix is scaled by alpha / r.",
            byDefault = "8",
            min = 0,
            minExclusive = true)
        double alpha,
    @Option(
            doc = "Probability in training that a row of the change is left out.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double rankDropout,
    @Option(
            doc = "Probability in training that the whole change of a module is left out.",
            byDefault = "0",
            min = 0,
            max = 1,
            maxExclusive = true)
        double moduleDropout,
    @Option(
            doc = "Modules to adapt in each layer; empty for the model's default.",
            byDefault = "[]")
        List<String> targetModules) {

  /** Copies the list. */
  public LycorisOptions {
    targetModules = List.copyOf(targetModules);
  }

  double scaling() {
    return alpha / r;
  }

  /**
   * The lines of {@code adapt} that leave out outputs, of which each is made by a row, and all of
   * {@code z}; none if the probabilities are 0.
   *
   * @param rescaled whether the rows that are left are scaled by their share
   */
  String dropout(boolean rescaled) {
    if (rankDropout == 0 && moduleDropout == 0) {
      return "";
    }
    return """
            if dropout_seed >= 0:
              generator = torch.Generator(device=z.device, seed=dropout_seed)
              rows = torch.empty([torch.size(z, -1)], dtype=z.dtype, device=z.device)
              rows = torch.bernoulli_(rows, %s, generator=generator)
              if %s:
                rows = rows / torch.clamp_min(torch.mean(rows), 1e-6)
              whole = torch.empty([1], dtype=z.dtype, device=z.device)
              z = z * rows * torch.bernoulli_(whole, %s, generator=generator)
        """
        .formatted(1 - rankDropout, rescaled ? "True" : "False", 1 - moduleDropout);
  }

  /**
   * The keys of {@code adapter_config.json} that both have, in a map to add to.
   *
   * @param type what PEFT calls {@code peft_type}
   */
  Map<String, Object> configuration(String type) {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", type);
    configuration.put("r", r);
    configuration.put("alpha", LowRank.number(alpha));
    configuration.put("rank_dropout", rankDropout);
    configuration.put("module_dropout", moduleDropout);
    configuration.put("use_effective_conv2d", false);
    configuration.put("init_weights", true);
    configuration.put("rank_pattern", Map.of());
    configuration.put("alpha_pattern", Map.of());
    return configuration;
  }
}
