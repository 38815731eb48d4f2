package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Activation;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.RotaryRule;
import io.flexora.model.decoder.shape.TensorNames;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The texts of Gemma 3: norms of queries and keys, and a window in all layers but every sixth, with
 * rotary positions of another base. Source: {@code Gemma3TextConfig}.
 */
final class Gemma3 extends Family {
  private static final double GLOBAL_BASE = 1_000_000;
  private static final double LOCAL_BASE = 10_000;
  private static final int PATTERN = 6;
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(262_208, 2304, 9216, 26, 8, 4, 256, 131_072);

  /** The layers of the one size for which llama.cpp scales scores by hidden / heads. */
  private static final int LAYERS_27B = 62;

  Gemma3() {
    super("gemma3_text", "Gemma3ForCausalLM", "gemma3");
  }

  @Override
  Set<String> configKeys() {
    return Set.of("attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar");
  }

  @Override
  Set<String> ggufKeys() {
    return Set.of("final_logit_softcapping");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA.withNorms(
        "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    config.requireWholeHeads(ABSENT);
    DecoderShape.Builder shape = config.sizes(ABSENT, true);
    boolean biased = config.flag("attention_bias", false);
    int pattern = config.whole("sliding_window_pattern", PATTERN, 1);
    List<Integer> windows =
        config.windows(shape, config.window(4096), layer -> (layer + 1) % pattern != 0);
    RotaryRule global = RotaryRule.PLAIN.withBase("rope_theta", GLOBAL_BASE);
    RotaryRule local = RotaryRule.PLAIN.withBase("rope_local_base_freq", LOCAL_BASE);
    return config.checked(
        scaled(shape)
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .activation(config.activation("hidden_activation", "gelu_pytorch_tanh"))
            .biases(biased, biased, false)
            .scoreScale(1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)))
            .softCaps(
                config.cap("attn_logit_softcapping", OptionalDouble.empty()),
                config.cap("final_logit_softcapping", OptionalDouble.empty()))
            .windows(windows)
            .rotaries(
                List.of(config.rotaryOfFull(shape, global), config.rotaryOfWindowed(shape, local)),
                ofLayer(windows)));
  }

  private static List<Integer> ofLayer(List<Integer> windows) {
    return windows.stream().map(window -> window > 0 ? 1 : 0).toList();
  }

  private static DecoderShape.Builder scaled(DecoderShape.Builder shape) {
    return shape
        .normed(true, true)
        .normOffset(1)
        .headNorms(HeadNorms.SHARED)
        .embeddingScale(Math.sqrt(shape.hidden()));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    int scalar = shape.layers() == LAYERS_27B ? shape.hidden() / shape.heads() : shape.headSize();
    List<Integer> windows = file.windows(shape, 0, layer -> (layer + 1) % PATTERN != 0);
    return file.checked(
        scaled(shape)
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .activation(Activation.GELU_TANH)
            .scoreScale(1 / Math.sqrt(scalar))
            .softCaps(
                OptionalDouble.empty(), file.cap("final_logit_softcapping", OptionalDouble.empty()))
            .windows(windows)
            .rotaries(
                List.of(
                    file.rotary(shape), file.plainRotary(shape, "rope.freq_base_swa", LOCAL_BASE)),
                ofLayer(windows)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_activation", "gelu_pytorch_tanh");
    config.put("attention_bias", shape.biases().output());
    Gemma2.describeScores(shape, config);
    Gemma2.describeWindows(shape, config);
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
