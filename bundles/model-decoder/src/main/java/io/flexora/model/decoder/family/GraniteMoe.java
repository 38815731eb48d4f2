package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Experts;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.RotaryRule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Granite with experts, whose matrices are stacked. Source: {@code GraniteMoeConfig}. */
final class GraniteMoe extends Family {
  private final Granite dense = new Granite();

  GraniteMoe() {
    super("granitemoe", "GraniteMoeForCausalLM", "granitemoe");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA.withExperts(
        "block_sparse_moe.router.layer",
        List.of("block_sparse_moe.input_linear"),
        "block_sparse_moe.output_linear");
  }

  @Override
  Set<String> configKeys() {
    Set<String> keys = new HashSet<>(dense.configKeys());
    keys.addAll(List.of("num_experts", "num_local_experts"));
    return keys;
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = Granite.begun(config);
    return config.checked(
        shape
            .experts(config.experts(8, 2, true))
            .exactRotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  @Override
  DecoderShape shape(GgufReader file) {
    throw file.unsupportedExperts();
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    dense.describe(shape, config);
    Experts experts = shape.experts().orElseThrow();
    config.put("num_local_experts", experts.count());
    config.put("num_experts_per_tok", experts.chosen());
  }
}
