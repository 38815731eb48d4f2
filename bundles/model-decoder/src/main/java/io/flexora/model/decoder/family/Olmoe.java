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
import java.util.OptionalDouble;
import java.util.Set;

/**
 * OLMoE: norms of all heads together, which may be clipped behind them. Source: {@code
 * OlmoeConfig}.
 */
final class Olmoe extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(50304, 2048, 2048, 16, 16, 0, 0, 4096);

  Olmoe() {
    super("olmoe", "OlmoeForCausalLM", "olmoe");
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
    return Set.of("num_experts", "num_local_experts", "clip_qkv");
  }

  @Override
  Set<String> ggufKeys() {
    return Set.of("expert_count");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    boolean biased = config.flag("attention_bias");
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-5))
            .headNorms(HeadNorms.WHOLE)
            .clip(config.cap("clip_qkv", OptionalDouble.empty()))
            .activation(config.activation("hidden_act", "silu"))
            .biases(biased, biased, false)
            .experts(config.experts(64, 8, config.flag("norm_topk_prob")))
            .windows(config.sameWindows(shape, 0))
            .exactRotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .headNorms(HeadNorms.WHOLE)
            .experts(file.experts(false))
            .intermediate(file.expertWidth())
            .exactRotary(file.rotary(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    Experts experts = shape.experts().orElseThrow();
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("attention_bias", shape.biases().output());
    config.put("num_experts", experts.count());
    config.put("num_experts_per_tok", experts.chosen());
    config.put("norm_topk_prob", experts.normalised());
    shape.scales().clip().ifPresent(bound -> config.put("clip_qkv", bound));
  }
}
