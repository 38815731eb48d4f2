package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Activation;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Map;

/** Gemma, which scales embeddings and adds 1 to norms. Source: {@code GemmaConfig}. */
final class Gemma extends Family {
  private static final String TANH = "gelu_pytorch_tanh";
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(256000, 3072, 24576, 28, 16, 16, 256, 8192);

  Gemma() {
    super("gemma", "GemmaForCausalLM", "gemma");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, true);
    boolean biased = config.flag("attention_bias");
    return config.checked(
        scaled(shape)
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .activation(activation(config))
            .biases(biased, biased, false)
            .windows(config.sameWindows(shape, 0))
            .rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  private static DecoderShape.Builder scaled(DecoderShape.Builder shape) {
    return shape.normOffset(1).embeddingScale(Math.sqrt(shape.hidden()));
  }

  /** The first releases wrote gelu and did not mean it; transformers takes it so, too. */
  private static Activation activation(ConfigReader config) {
    return config.text("hidden_act", TANH).equals("gelu")
        ? Activation.GELU_TANH
        : config.activation("hidden_act", TANH);
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    return file.checked(
        scaled(shape)
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .activation(Activation.GELU_TANH)
            .rotary(file.rotary(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", TANH);
    config.put("attention_bias", shape.biases().output());
  }
}
