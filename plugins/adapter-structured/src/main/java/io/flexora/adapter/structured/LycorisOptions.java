package io.flexora.adapter.structured;

import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterScript;
import io.flexora.api.plugin.Option;
import io.flexora.numerics.transformer.KnownKeys;
import io.flexora.numerics.transformer.LowRank;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final String HEAD =
      "  def drop_output(self, z: Tensor, dropout_seed: int) -> Tensor:\n";

  /** Copies the list. */
  public LycorisOptions {
    targetModules = List.copyOf(targetModules);
  }

  double scaling() {
    return alpha / r;
  }

  /**
   * The text of a method with its dropout: a row of the change makes an output, so outputs are left
   * out, and all of them.
   *
   * @param rescaled whether the rows that are left are scaled by their share
   */
  AdapterScript script(String methods, boolean rescaled) {
    if (rankDropout == 0 && moduleDropout == 0) {
      return AdapterScript.of(methods + HEAD + "    return z\n");
    }
    String dropout =
        """
            if dropout_seed >= 0:
              dropped = self.dropped(torch.size(z, -1), %s, 0, dropout_seed, z)
              rows = torch.type_as(torch.bitwise_not(dropped), z)
              if %s:
                rows = rows / torch.clamp_min(torch.mean(rows), 1e-6)
              whole = torch.bitwise_not(self.dropped(1, %s, 1, dropout_seed, z))
              z = z * rows * torch.type_as(whole, z)
            return z
        """
            .formatted(rankDropout, rescaled ? "True" : "False", moduleDropout);
    return AdapterScript.of(methods + HEAD + dropout)
        .withDropout(Math.max(rankDropout, moduleDropout));
  }

  /**
   * The form of a method. How its matrices were drawn matters no more when they are read.
   *
   * @param type what PEFT calls {@code peft_type}
   * @param own the keys that the method alone has
   */
  AdapterForm form(String type, Map<String, Object> own) {
    Map<String, Object> configuration = new TreeMap<>(own);
    configuration.put("peft_type", type);
    configuration.put("r", r);
    configuration.put("alpha", LowRank.number(alpha));
    configuration.put("rank_dropout", rankDropout);
    configuration.put("module_dropout", moduleDropout);
    configuration.put("use_effective_conv2d", false);
    configuration.put("init_weights", true);
    configuration.put("rank_pattern", Map.of());
    configuration.put("alpha_pattern", Map.of());
    return new KnownKeys(configuration, Set.of("init_weights"));
  }
}
