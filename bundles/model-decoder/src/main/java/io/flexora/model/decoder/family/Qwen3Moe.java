package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Experts;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Qwen3 with experts in each layer. Source: {@code Qwen3MoeConfig}. */
final class Qwen3Moe extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(151936, 2048, 6144, 24, 32, 4, 0, 32768);

  Qwen3Moe() {
    super("qwen3_moe", "Qwen3MoeForCausalLM", "qwen3moe");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA.withExperts(
        "mlp.gate",
        List.of("mlp.experts.%d.gate_proj", "mlp.experts.%d.up_proj"),
        "mlp.experts.%d.down_proj");
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
    boolean biased = config.flag("attention_bias");
    int window = config.flag("use_sliding_window") ? config.window(4096) : 0;
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .headNorms(HeadNorms.SHARED)
            .activation(config.activation("hidden_act", "silu"))
            .biases(biased, biased, false)
            .experts(config.experts(128, 8, config.flag("norm_topk_prob")))
            .intermediate(config.width("moe_intermediate_size", 768))
            .windows(config.sameWindows(shape, window))
            .exactRotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .headNorms(HeadNorms.SHARED)
            .experts(file.experts(true))
            .intermediate(file.expertWidth())
            .exactRotary(file.rotary(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    Experts experts = shape.experts().orElseThrow();
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("attention_bias", shape.biases().output());
    config.put("moe_intermediate_size", shape.intermediate());
    config.put("num_experts", experts.count());
    config.put("num_experts_per_tok", experts.chosen());
    config.put("norm_topk_prob", experts.normalised());
    int window = shape.windows().get(0);
    config.put("use_sliding_window", window > 0);
    config.put("sliding_window", window == 0 ? null : window);
  }
}
