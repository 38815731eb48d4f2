package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Qwen2 and Qwen2.5. Source: {@code Qwen2Config}. */
final class Qwen2 extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(151936, 4096, 22016, 32, 32, 32, 0, 32768);

  Qwen2() {
    super("qwen2", "Qwen2ForCausalLM", "qwen2");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .activation(config.activation("hidden_act", "silu"))
            .biases(true, false, false)
            .windows(windows(config, shape))
            .rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  /** Upper layers may have a window, as in Qwen3. */
  static List<Integer> windows(ConfigReader config, DecoderShape.Builder shape) {
    int window = config.flag("use_sliding_window") ? config.window(4096) : 0;
    int full = window == 0 ? 0 : config.whole("max_window_layers", 28, 0);
    return config.windows(shape, window, layer -> layer >= full);
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .rotary(file.rotary(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
  }
}
