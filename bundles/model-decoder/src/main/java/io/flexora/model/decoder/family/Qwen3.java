package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Map;

/** Qwen3, which norms each query and key head. Source: {@code Qwen3Config}. */
final class Qwen3 extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(151936, 4096, 22016, 32, 32, 32, 128, 32768);

  Qwen3() {
    super("qwen3", "Qwen3ForCausalLM", "qwen3");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    boolean biased = config.flag("attention_bias");
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .headNorms(HeadNorms.SHARED)
            .activation(config.activation("hidden_act", "silu"))
            .biases(biased, biased, false)
            .windows(Qwen2.windows(config, shape))
            .rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .headNorms(HeadNorms.SHARED)
            .rotary(file.rotary(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("attention_bias", shape.biases().output());
  }
}
