package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.Activation;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Gemma 2: norms before and after each part, soft caps, and a window in every other layer. Source:
 * {@code Gemma2Config}.
 */
class Gemma2 extends Family {
  private static final String TANH = "gelu_pytorch_tanh";
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(256000, 2304, 9216, 26, 8, 4, 256, 8192);

  private final ConfigReader.Sizes absent;
  private final OptionalDouble scoreCap;
  private final OptionalDouble logitCap;
  private final int scaledByHeads;

  Gemma2() {
    this("gemma2", "Gemma2ForCausalLM", "gemma2", ABSENT, 50, 30, 46);
  }

  /**
   * Makes a family like it.
   *
   * @param absent the sizes where nothing is said
   * @param scoreCap the bound of attention scores where nothing is said; 0 for none
   * @param logitCap the same of logits
   * @param scaledByHeads the layers of the one size for which llama.cpp scales scores by hidden /
   *     heads
   */
  Gemma2(
      String modelType,
      String architecture,
      String gguf,
      ConfigReader.Sizes absent,
      double scoreCap,
      double logitCap,
      int scaledByHeads) {
    super(modelType, architecture, gguf);
    this.absent = absent;
    this.scoreCap = cap(scoreCap);
    this.logitCap = cap(logitCap);
    this.scaledByHeads = scaledByHeads;
  }

  private static OptionalDouble cap(double bound) {
    return bound == 0 ? OptionalDouble.empty() : OptionalDouble.of(bound);
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
  final DecoderShape shape(ConfigReader config) {
    config.requireWholeHeads(absent);
    DecoderShape.Builder shape = config.sizes(absent, true);
    boolean biased = config.flag("attention_bias");
    normed(shape)
        .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
        .activation(config.activation("hidden_activation", TANH))
        .biases(biased, biased, false)
        .scoreScale(1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)))
        .softCaps(
            config.cap("attn_logit_softcapping", scoreCap),
            config.cap("final_logit_softcapping", logitCap));
    return config.checked(positions(config, shape));
  }

  @Override
  final DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    int scalar =
        shape.layers() == scaledByHeads ? shape.hidden() / shape.heads() : shape.headSize();
    normed(shape)
        .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
        .activation(Activation.GELU_TANH)
        .scoreScale(1 / Math.sqrt(scalar))
        .softCaps(
            scoreCap.isPresent() ? file.cap("attn_logit_softcapping", scoreCap) : scoreCap,
            file.cap("final_logit_softcapping", logitCap));
    return file.checked(positions(file, shape));
  }

  /** Says where the norms are. */
  DecoderShape.Builder normed(DecoderShape.Builder shape) {
    return shape.normed(true, true).normOffset(1).embeddingScale(Math.sqrt(shape.hidden()));
  }

  /** Says how far layers look, and how positions turn. */
  DecoderShape.Builder positions(ConfigReader config, DecoderShape.Builder shape) {
    return shape
        .windows(config.windows(shape, config.window(4096), layer -> layer % 2 == 0))
        .rotary(config.rotary(shape, RotaryRule.PLAIN));
  }

  /** The same of a GGUF file. */
  DecoderShape.Builder positions(GgufReader file, DecoderShape.Builder shape) throws IOException {
    return shape
        .windows(file.windows(shape, 4096, layer -> layer % 2 == 0))
        .rotary(file.rotary(shape));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_activation", TANH);
    config.put("attention_bias", shape.biases().output());
    double scalar = 1 / (shape.scales().scores() * shape.scales().scores());
    config.put("query_pre_attn_scalar", (int) Math.rint(scalar));
    config.put("attn_logit_softcapping", orNull(shape.scales().scoreCap()));
    config.put("final_logit_softcapping", orNull(shape.scales().logitCap()));
    int window = Collections.max(shape.windows());
    config.put("sliding_window", window == 0 ? null : window);
    config.put("layer_types", ConfigReader.layerTypes(shape));
  }

  private static Double orNull(OptionalDouble cap) {
    return cap.isPresent() ? cap.getAsDouble() : null;
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_rms_epsilon", shape.norms().epsilon());
    entries.real("attn_logit_softcapping", shape.scales().scoreCap().orElse(0));
    entries.real("final_logit_softcapping", shape.scales().logitCap().orElse(0));
    entries.whole("attention.sliding_window", Collections.max(shape.windows()));
  }
}
