package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Activation;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Phi-1, Phi-1.5 and Phi-2: attention and feed-forward part side by side, biases everywhere.
 * Source: {@code PhiConfig}.
 */
final class Phi extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(51200, 2048, 8192, 24, 32, 0, 0, 2048);

  Phi() {
    super("phi", "PhiForCausalLM", "phi2");
  }

  @Override
  Set<String> configKeys() {
    return Set.of("qk_layernorm");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA
        .withMatrices(
            TensorNames.LLAMA.attention(), "self_attn.dense", List.of("mlp.fc1"), "mlp.fc2")
        .withHeadNorms("self_attn.q_layernorm", "self_attn.k_layernorm")
        .withLastNorm("model.final_layernorm");
  }

  @Override
  List<String> defaultTargets() {
    return List.of("q_proj", "v_proj", "fc1", "fc2");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    return config.checked(
        parallel(shape)
            .norms(NormKind.LAYER, config.epsilon("layer_norm_eps", 1e-5))
            .headNorms(config.flag("qk_layernorm") ? HeadNorms.SHARED : HeadNorms.NONE)
            .activation(config.activation("hidden_act", "gelu_new"))
            .windows(config.sameWindows(shape, 0))
            .rotary(config.rotary(shape, RotaryRule.PLAIN.withPart(0.5))));
  }

  private static DecoderShape.Builder parallel(DecoderShape.Builder shape) {
    return shape.parallel(true).withoutGate().biases(true, true, true).headBias();
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    return file.checked(
        parallel(shape)
            .norms(NormKind.LAYER, file.epsilon("attention.layer_norm_epsilon"))
            .activation(Activation.GELU_TANH)
            .rotary(file.rotaryOfPart(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("layer_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "gelu_new");
    config.put("partial_rotary_factor", shape.rotaryPart());
    config.put("qk_layernorm", shape.norms().heads() == HeadNorms.SHARED);
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_epsilon", shape.norms().epsilon());
  }
}
