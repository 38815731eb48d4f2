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

/**
 * OLMo 2: norms of what parts put out alone, and of all heads together. Source: {@code
 * Olmo2Config}.
 */
final class Olmo2 extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(50304, 4096, 11008, 32, 32, 0, 0, 2048);

  Olmo2() {
    super("olmo2", "Olmo2ForCausalLM", "olmo2");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA.withNorms(
        "post_attention_layernorm", "", "post_feedforward_layernorm");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    boolean biased = config.flag("attention_bias");
    return config.checked(
        normed(shape)
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-5))
            .activation(config.activation("hidden_act", "silu"))
            .biases(biased, biased, false)
            .windows(config.sameWindows(shape, 0))
            .rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  private static DecoderShape.Builder normed(DecoderShape.Builder shape) {
    return shape.normed(false, true).headNorms(HeadNorms.WHOLE);
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    return file.checked(
        normed(shape)
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .rotary(file.rotary(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("attention_bias", shape.biases().output());
  }
}
