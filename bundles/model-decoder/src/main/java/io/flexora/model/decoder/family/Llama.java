package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Map;

/** Llama 2 and 3, and what is published as such. Source: {@code LlamaConfig}. */
final class Llama extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(32000, 4096, 11008, 32, 32, 0, 0, 2048);

  Llama() {
    super("llama", "LlamaForCausalLM", "llama");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    config.requireWholeHeads(ABSENT);
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    boolean biased = config.flag("attention_bias");
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .activation(config.activation("hidden_act", "silu"))
            .biases(biased, biased, config.flag("mlp_bias"))
            .windows(config.sameWindows(shape, 0))
            .rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  /** Mistral is a llama there, by its window. */
  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .windows(file.sameWindows(shape))
            .rotary(file.rotary(shape)));
  }

  @Override
  boolean neighboursTurn() {
    return true;
  }

  @Override
  Family inGguf(GgufReader file) {
    return file.hasExperts() ? new Mixtral() : this;
  }

  @Override
  Family inConfig(DecoderShape shape) {
    return shape.windows().get(0) > 0 ? new Mistral() : this;
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("attention_bias", shape.biases().output());
    config.put("mlp_bias", shape.biases().mlp());
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_rms_epsilon", shape.norms().epsilon());
    if (shape.windows().get(0) > 0) {
      entries.whole("attention.sliding_window", shape.windows().get(0));
    }
  }
}
