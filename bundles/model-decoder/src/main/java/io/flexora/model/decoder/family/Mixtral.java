package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Experts;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Mixtral 8x7B and 8x22B. Source: {@code MixtralConfig}; in GGUF it is a llama. */
final class Mixtral extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(32000, 4096, 14336, 32, 32, 8, 0, 4096 * 32);

  Mixtral() {
    super("mixtral", "MixtralForCausalLM", "llama");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA.withExperts(
        "block_sparse_moe.gate",
        List.of("block_sparse_moe.experts.%d.w1", "block_sparse_moe.experts.%d.w3"),
        "block_sparse_moe.experts.%d.w2");
  }

  @Override
  Set<String> configKeys() {
    return Set.of("num_experts", "num_local_experts");
  }

  @Override
  Set<String> ggufKeys() {
    return Set.of("expert_count");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-5))
            .activation(config.activation("hidden_act", "silu"))
            .experts(config.experts(8, 2, true))
            .windows(config.sameWindows(shape, config.window(0)))
            .exactRotary(config.rotary(shape, RotaryRule.PLAIN.withBase("rope_theta", 1e6))));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .experts(file.experts(true))
            .intermediate(file.expertWidth())
            .windows(file.sameWindows(shape))
            .exactRotary(file.rotary(shape)));
  }

  @Override
  boolean neighboursTurn() {
    return true;
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    new Llama().describe(shape, entries);
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    Experts experts = shape.experts().orElseThrow();
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("num_local_experts", experts.count());
    config.put("num_experts_per_tok", experts.chosen());
    int window = shape.windows().get(0);
    config.put("sliding_window", window == 0 ? null : window);
  }
}
