package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Map;

/** Mistral 7B. Source: {@code MistralConfig}; in GGUF it is a llama. */
final class Mistral extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(32000, 4096, 14336, 32, 32, 8, 0, 4096 * 32);

  private final Llama inGguf = new Llama();

  Mistral() {
    super("mistral", "MistralForCausalLM", "llama");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .activation(config.activation("hidden_act", "silu"))
            .windows(config.sameWindows(shape, config.window(4096)))
            .rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    return inGguf.shape(file);
  }

  @Override
  boolean neighboursTurn() {
    return inGguf.neighboursTurn();
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    int window = shape.windows().get(0);
    config.put("sliding_window", window == 0 ? null : window);
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    inGguf.describe(shape, entries);
  }
}
