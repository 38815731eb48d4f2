package io.flexora.model.decoder.family;

import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
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

  /** There, gate and up are apart, as those of other families. */
  @Override
  TensorNames namesInGguf() {
    return TensorNames.LLAMA.withExperts(
        "block_sparse_moe.router.layer",
        List.of("block_sparse_moe.experts.%d.gate", "block_sparse_moe.experts.%d.up"),
        "block_sparse_moe.experts.%d.down");
  }

  @Override
  Set<String> configKeys() {
    Set<String> keys = new HashSet<>(dense.configKeys());
    keys.addAll(List.of("num_experts", "num_local_experts"));
    return keys;
  }

  @Override
  Set<String> ggufKeys() {
    Set<String> keys = new HashSet<>(dense.ggufKeys());
    keys.add("expert_count");
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
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = Granite.begun(file);
    return file.checked(
        shape
            .experts(file.experts(true))
            .intermediate(file.expertWidth())
            .exactRotary(file.rotary(shape)));
  }

  @Override
  boolean neighboursTurn() {
    return true;
  }

  /** It describes a GGUF file, whose tensors are not those of a folder. */
  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    throw new FlexoraException(
        "a folder of a granitemoe has gate and up of all experts in one tensor, a GGUF file has"
            + " them apart; export to gguf-f16 or peft");
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    dense.describe(shape, entries);
  }
}
