package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Granite: scales of embeddings, scores, residuals and logits. Source: {@code GraniteConfig}. */
final class Granite extends Family {
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(32000, 4096, 11008, 32, 32, 0, 0, 2048);

  Granite() {
    super("granite", "GraniteForCausalLM", "granite");
  }

  @Override
  Set<String> configKeys() {
    return Set.of(
        "embedding_multiplier", "attention_multiplier", "residual_multiplier", "logits_scaling");
  }

  @Override
  Set<String> ggufKeys() {
    return Set.of("embedding_scale", "attention.scale", "residual_scale", "logit_scale");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = begun(config);
    return config.checked(shape.rotary(config.rotary(shape, RotaryRule.PLAIN)));
  }

  /** All but the rotary positions. */
  static DecoderShape.Builder begun(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    boolean biased = config.flag("attention_bias");
    return shape
        .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-6))
        .activation(config.activation("hidden_act", "silu"))
        .biases(biased, biased, config.flag("mlp_bias"))
        .embeddingScale(config.scale("embedding_multiplier"))
        .scoreScale(config.scale("attention_multiplier"))
        .residualScale(config.scale("residual_multiplier"))
        .logitScale(config.scale("logits_scaling"))
        .windows(config.sameWindows(shape, 0));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = begun(file);
    return file.checked(shape.rotary(file.rotary(shape)));
  }

  /** All but the rotary positions. */
  static DecoderShape.Builder begun(GgufReader file) {
    DecoderShape.Builder shape = file.sizes();
    file.refuseWindows(shape);
    return shape
        .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
        .embeddingScale(file.scale("embedding_scale", 1))
        .scoreScale(file.scale("attention.scale", 1 / Math.sqrt(shape.headSize())))
        .residualScale(file.scale("residual_scale", 1))
        .logitScale(file.scale("logit_scale", 1));
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
    config.put("embedding_multiplier", shape.scales().embedding());
    config.put("attention_multiplier", shape.scales().scores());
    config.put("residual_multiplier", shape.scales().residual());
    config.put("logits_scaling", shape.scales().logits());
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_rms_epsilon", shape.norms().epsilon());
    entries.real("embedding_scale", shape.scales().embedding());
    entries.real("attention.scale", shape.scales().scores());
    entries.real("residual_scale", shape.scales().residual());
    entries.real("logit_scale", shape.scales().logits());
  }
}
