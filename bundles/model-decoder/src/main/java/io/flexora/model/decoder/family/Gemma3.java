package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The texts of Gemma 3: norms of queries and keys, and a window in all layers but every sixth, with
 * rotary positions of another base. Source: {@code Gemma3TextConfig}.
 */
final class Gemma3 extends Gemma2 {
  private static final double GLOBAL_BASE = 1_000_000;
  private static final double LOCAL_BASE = 10_000;
  private static final int PATTERN = 6;
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(262_208, 2304, 9216, 26, 8, 4, 256, 131_072);

  Gemma3() {
    super("gemma3_text", "Gemma3ForCausalLM", "gemma3", ABSENT, 0, 0, 62);
  }

  @Override
  Set<String> ggufKeys() {
    return Set.of("final_logit_softcapping");
  }

  @Override
  DecoderShape.Builder normed(DecoderShape.Builder shape) {
    return super.normed(shape).headNorms(HeadNorms.SHARED);
  }

  @Override
  DecoderShape.Builder positions(ConfigReader config, DecoderShape.Builder shape) {
    int pattern = config.whole("sliding_window_pattern", PATTERN, 1);
    List<Integer> windows =
        config.windows(shape, config.window(4096), layer -> (layer + 1) % pattern != 0);
    RotaryRule global = RotaryRule.PLAIN.withBase("rope_theta", GLOBAL_BASE);
    RotaryRule local = RotaryRule.PLAIN.withBase("rope_local_base_freq", LOCAL_BASE);
    return shape
        .windows(windows)
        .rotaries(
            List.of(config.rotaryOfFull(shape, global), config.rotaryOfWindowed(shape, local)),
            ofLayer(windows));
  }

  @Override
  DecoderShape.Builder positions(GgufReader file, DecoderShape.Builder shape) throws IOException {
    IntPredicate local = layer -> (layer + 1) % PATTERN != 0;
    // A window that no text reaches beyond is none, but its layers turn by their own base.
    List<Integer> rotaryOfLayer =
        IntStream.range(0, shape.layers())
            .mapToObj(layer -> file.hasWindow() && local.test(layer) ? 1 : 0)
            .toList();
    return shape
        .windows(file.windows(shape, 0, local))
        .rotaries(
            List.of(file.rotary(shape), file.plainRotary(shape, "rope.freq_base_swa", LOCAL_BASE)),
            rotaryOfLayer);
  }

  private static List<Integer> ofLayer(List<Integer> windows) {
    return windows.stream().map(window -> window > 0 ? 1 : 0).toList();
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    super.describe(shape, config);
    Map<String, Object> global = new LinkedHashMap<>(Map.of("rope_type", "default"));
    if (config.remove("rope_scaling") instanceof Map<?, ?> scaling) {
      scaling.forEach((key, value) -> global.put((String) key, value));
    }
    global.put("rope_theta", config.remove("rope_theta"));
    Map<String, Object> local =
        Map.of("rope_type", "default", "rope_theta", shape.rotaries().get(1).base());
    config.put("rope_parameters", Map.of("full_attention", global, "sliding_attention", local));
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_rms_epsilon", shape.norms().epsilon());
    entries.real("final_logit_softcapping", shape.scales().logitCap().orElse(0));
    entries.whole("attention.sliding_window", Collections.max(shape.windows()));
    entries.real("rope.freq_base_swa", shape.rotaries().get(1).base());
  }
}
