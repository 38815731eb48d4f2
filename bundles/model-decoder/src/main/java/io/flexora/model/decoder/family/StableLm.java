package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * StableLM 3B and 2: norms with a mean and a bias, a part of a head that turns, and in some sizes a
 * norm for each head or both parts side by side. Source: {@code StableLmConfig}.
 */
final class StableLm extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(50304, 2560, 6912, 32, 32, 32, 0, 4096);

  StableLm() {
    super("stablelm", "StableLmForCausalLM", "stablelm");
  }

  @Override
  Set<String> configKeys() {
    return Set.of("qk_layernorm");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA.withHeadNorms("self_attn.q_layernorm", "self_attn.k_layernorm");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    return config.checked(
        shape
            .norms(NormKind.LAYER, config.epsilon("layer_norm_eps", 1e-5))
            .headNorms(config.flag("qk_layernorm") ? HeadNorms.OWN : HeadNorms.NONE)
            .activation(config.activation("hidden_act", "silu"))
            .biases(config.flag("use_qkv_bias"), false, false)
            .parallel(config.flag("use_parallel_residual"))
            .windows(config.sameWindows(shape, 0))
            .rotary(config.rotary(shape, RotaryRule.PLAIN.withPart(0.25))));
  }

  /** llama.cpp goes by the norm before the feed-forward part, which parallel layers do not have. */
  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    boolean normed = file.hasTensor("blk.0.attn_q_norm.weight");
    return file.checked(
        shape
            .norms(NormKind.LAYER, file.epsilon("attention.layer_norm_epsilon"))
            .headNorms(normed ? HeadNorms.OWN : HeadNorms.NONE)
            .parallel(!file.hasTensor("blk.0.ffn_norm.weight"))
            .rotary(file.rotaryOfPart(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("layer_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("partial_rotary_factor", shape.rotaryPart());
    config.put("use_qkv_bias", shape.biases().queryKeyValue());
    config.put("qk_layernorm", shape.norms().heads() == HeadNorms.OWN);
    config.put("use_parallel_residual", shape.parallel());
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_epsilon", shape.norms().epsilon());
    entries.flag("use_parallel_residual", shape.parallel());
  }
}
