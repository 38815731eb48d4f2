package io.flexora.model.decoder.family;

import io.flexora.model.decoder.shape.ConfigReader;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.NormKind;
import io.flexora.model.decoder.shape.GgufReader;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.transformers.rotary.Rotary;
import io.flexora.transformers.rotary.RotaryRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Phi-3, Phi-3.5 and Phi-4 (mini): fused matrices, a part of a head that turns, LongRoPE. Source:
 * {@code Phi3Config}.
 */
final class Phi3 extends Family {
  private static final int FIRST_POSITIONS = 4096;
  private static final ConfigReader.Sizes ABSENT =
      new ConfigReader.Sizes(32064, 3072, 8192, 32, 32, 0, 0, 4096);

  Phi3() {
    super("phi3", "Phi3ForCausalLM", "phi3");
  }

  @Override
  TensorNames names() {
    return TensorNames.LLAMA.withMatrices(
        List.of("self_attn.qkv_proj"),
        "self_attn.o_proj",
        List.of("mlp.gate_up_proj"),
        "mlp.down_proj");
  }

  /** PEFT knows none; this is the matrix that holds those it takes elsewhere. */
  @Override
  List<String> defaultTargets() {
    return List.of("qkv_proj");
  }

  @Override
  DecoderShape shape(ConfigReader config) {
    DecoderShape.Builder shape = config.sizes(ABSENT, false);
    return config.checked(
        shape
            .norms(NormKind.RMS, config.epsilon("rms_norm_eps", 1e-5))
            .activation(config.activation("hidden_act", "silu"))
            .fused()
            .windows(config.sameWindows(shape, config.window(0)))
            .rotary(
                config.rotary(shape, RotaryRule.PLAIN.withPart(1).withLongRope(FIRST_POSITIONS))));
  }

  @Override
  DecoderShape shape(GgufReader file) throws IOException {
    DecoderShape.Builder shape = file.sizes();
    return file.checked(
        shape
            .norms(NormKind.RMS, file.epsilon("attention.layer_norm_rms_epsilon"))
            .fused()
            .windows(file.sameWindows(shape))
            .rotary(file.rotaryOfPart(shape)));
  }

  @Override
  void describe(DecoderShape shape, Map<String, Object> config) {
    config.put("rms_norm_eps", shape.norms().epsilon());
    config.put("hidden_act", "silu");
    config.put("partial_rotary_factor", shape.rotaryPart());
    int window = shape.windows().get(0);
    config.put("sliding_window", window == 0 ? null : window);
    shape
        .rotaries()
        .get(0)
        .longTexts()
        .ifPresent(texts -> config.put("original_max_position_embeddings", texts.beyond()));
  }

  @Override
  void describe(DecoderShape shape, GgufEntries entries) {
    entries.real("attention.layer_norm_rms_epsilon", shape.norms().epsilon());
    if (shape.windows().get(0) > 0) {
      entries.whole("attention.sliding_window", shape.windows().get(0));
    }
    Rotary rotary = shape.rotaries().get(0);
    if (rotary.longTexts().isPresent()) {
      entries.whole("rope.scaling.original_context_length", rotary.longTexts().get().beyond());
      entries.real("rope.scaling.attn_factor", rotary.attentionFactor());
    }
  }
}
