package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Activation;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.RotaryRule;
import io.flexora.model.decoder.shape.TensorNames;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Gemma 2: norms before and after each part, soft caps, and a window in every other layer. Source:
 * {@code Gemma2Config}.
 */
final class Gemma2 extends Family {
  private static final OptionalDouble SCORE_CAP = OptionalDouble.of(50);
  private static final OptionalDouble LOGIT_CAP = OptionalDouble.of(30);
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(256000, 2304, 9216, 26, 8, 4, 256, 8192);

  /** The layers of the one size for which llama.cpp scales scores by hidden / heads. */
  private static final int LAYERS_27B = 46;

  Gemma2() {
    super("gemma2", "Gemma2ForCausalLM", "gemma2");
  }

  @Override
  Set<String> configKeys() {
    return Set.of("attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar");
  }

  @Override
  Set<String> ggufKeys() {
    return Set.of("attn_logit_softcapping", "final_logit_softcapping");
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
    return config.checked(
        scaled(shape)
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
            .activation(config.activation("hidden_activation", "gelu_pytorch_tanh"))
            .biases(biased, biased, false)
            .scoreScale(1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)))
            .softCaps(
                config.cap("attn_logit_softcapping", SCORE_CAP),
                config.cap("final_logit_softcapping", LOGIT_CAP))
            .windows(config.windows(shape, config.window(4096), layer -> layer % 2 == 0))
            .rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  private static DecoderShape.Builder scaled(DecoderShape.Builder shape) {
    return shape.normed(true, true).normOffset(1).embeddingScale(Math.sqrt(shape.hidden()));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    int scalar = shape.layers() == LAYERS_27B ? shape.hidden() / shape.heads() : shape.headSize();
    return file.checked(
        scaled(shape)
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .activation(Activation.GELU_TANH)
            .scoreScale(1 / Math.sqrt(scalar))
            .softCaps(
                file.cap("attn_logit_softcapping", SCORE_CAP),
                file.cap("final_logit_softcapping", LOGIT_CAP))
            .windows(file.windows(shape, 4096, layer -> layer % 2 == 0))
            .rotary(file.rotary(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_activation", "gelu_pytorch_tanh");
    config.put("attention_bias", shape.biases().output());
    describeScores(shape, config);
    describeWindows(shape, config);
  }

  /** The scale and the bounds of scores, and the bounds of logits, as in Gemma 3. */
  static void describeScores(DecoderShape shape, Map<String, Object> config) {
    double scalar = 1 / (shape.scales().scores() * shape.scales().scores());
    config.put("query_pre_attn_scalar", (int) Math.rint(scalar));
    config.put("attn_logit_softcapping", orNull(shape.scales().scoreCap()));
    config.put("final_logit_softcapping", orNull(shape.scales().logitCap()));
  }

  private static Double orNull(OptionalDouble cap) {
    return cap.isPresent() ? cap.getAsDouble() : null;
  }

  /** The window and the layers that have it, as in Gemma 3. */
  static void describeWindows(DecoderShape shape, Map<String, Object> config) {
    int window = Collections.max(shape.windows());
    config.put("sliding_window", window == 0 ? null : window);
    config.put("layer_types", ConfigReader.layerTypes(shape));
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_rms_epsilon", shape.norms().epsilon());
    entries.real("attn_logit_softcapping", shape.scales().scoreCap().orElse(0));
    entries.real("final_logit_softcapping", shape.scales().logitCap().orElse(0));
    entries.whole("attention.sliding_window", Collections.max(shape.windows()));
  }
}
