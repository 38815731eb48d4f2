package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** SmolLM3, every fourth layer of which has no rotary positions. Source: {@code SmolLM3Config}. */
final class SmolLm3 extends Family {
  private static final int INTERVAL = 4;
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(128256, 2048, 11008, 36, 16, 4, 0, 32768);

  SmolLm3() {
    super("smollm3", "SmolLM3ForCausalLM", "smollm3");
  }

  @Override
  Set<String> configKeys() {
    return Set.of("no_rope_layers", "no_rope_layer_interval");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, true);
    boolean biased = config.flag("attention_bias");
    int interval = config.whole("no_rope_layer_interval", INTERVAL, 1);
    List<Boolean> turns =
        config.ofLayers("no_rope_layers", shape, layer -> (layer + 1) % interval != 0);
    int window = config.flag("use_sliding_window") ? config.window(0) : 0;
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .activation(config.activation("hidden_act", "silu"))
            .biases(biased, biased, config.flag("mlp_bias"))
            .windows(config.windows(shape, window, layer -> !turns.get(layer)))
            .rotary(config.rotary(shape, RotaryRule.PLAIN.withBase("rope_theta", 2_000_000)))
            .rotaryWhere(turns));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    List<Boolean> turns =
        IntStream.range(0, shape.layers()).mapToObj(i -> (i + 1) % INTERVAL != 0).toList();
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .rotary(file.rotary(shape))
            .rotaryWhere(turns));
  }

  @Override
  boolean neighboursTurn() {
    return true;
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("attention_bias", shape.biases().output());
    config.put("mlp_bias", shape.biases().mlp());
    config.put(
        "no_rope_layers", shape.rotaryOfLayer().stream().map(which -> which < 0 ? 0 : 1).toList());
    int window = Collections.max(shape.windows());
    config.put("use_sliding_window", window > 0);
    config.put("sliding_window", window == 0 ? null : window);
    config.put("layer_types", ConfigReader.layerTypes(shape));
  }
}
