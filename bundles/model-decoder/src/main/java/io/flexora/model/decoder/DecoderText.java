package io.flexora.model.decoder;

import io.flexora.api.model.Objective;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.DecoderArrays;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.DecoderShape.Scales;
import io.flexora.model.decoder.shape.Rotary;
import io.flexora.model.decoder.shape.TensorNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the TorchScript text of a decoder, all dimensions as constants. What a decoder does not do
 * stands behind a constant that is False and is not even compiled.
 */
final class DecoderText {

  private static final String RESOURCE = "decoder.torchscript";

  private final Decoder decoder;
  private final DecoderShape shape;
  private final Map<String, Object> values = new TreeMap<>();

  private DecoderText(Decoder decoder) {
    this.decoder = decoder;
    this.shape = decoder.shape();
  }

  /**
   * Fills in everything but what depends on where the adapters are.
   *
   * @param modules how many modules of a layer are adapted
   */
  static String of(Decoder decoder, Objective objective, int modules) {
    String text = template();
    Map<String, Object> constants = new DecoderText(decoder).constants(objective, modules);
    for (Map.Entry<String, Object> constant : constants.entrySet()) {
      text = text.replace("${" + constant.getKey() + "}", constant.getValue().toString());
    }
    return text;
  }

  private static String template() {
    try (InputStream in = DecoderText.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> constants(Objective objective, int modules) {
    arrays();
    modules();
    sizes();
    norms();
    scales();
    rotaries();
    flag("qkv_bias", shape.biases().queryKeyValue());
    flag("output_bias", shape.biases().output());
    flag("mlp_bias", shape.biases().mlp());
    flag("head_bias", shape.biases().head());
    flag("fused_attention", shape.fusedAttention());
    flag("fused_gate", shape.fusedGate());
    flag("gated", shape.gated());
    flag("parallel", shape.parallel());
    values.put("windows", shape.windows());
    values.put("window", Collections.max(shape.windows()));
    values.put("activation", activation());
    flag("choices", objective == Objective.CHOICES);
    int[] none = new int[Math.max(1, modules)];
    Arrays.fill(none, -1);
    values.put("no_seeds", Arrays.toString(none));
    return values;
  }

  private void flag(String name, boolean value) {
    values.put(name, value ? "True" : "False");
  }

  /** Where each array is, as {@code at_NAME}; of a layer, behind the first one of the layer. */
  private void arrays() {
    DecoderArrays arrays = decoder.arrays();
    values.put("globals", arrays.global());
    values.put("per_layer", arrays.perLayer());
    for (DecoderArrays.Role role : DecoderArrays.Role.values()) {
      values.put("at_" + role.name().toLowerCase(Locale.ROOT), arrays.place(role));
    }
  }

  /** The names by which the text calls adapters. */
  private void modules() {
    TensorNames names = decoder.names();
    List<String> attention = names.attention();
    values.put("query_module", TensorNames.simple(attention.get(0)));
    values.put("key_module", TensorNames.simple(attention.get(attention.size() / 2)));
    values.put("value_module", TensorNames.simple(attention.get(attention.size() - 1)));
    values.put("output_module", TensorNames.simple(names.output()));
    values.put("gate_module", TensorNames.simple(names.mlp().get(0)));
    values.put("up_module", TensorNames.simple(names.mlp().get(names.mlp().size() - 1)));
    values.put("down_module", TensorNames.simple(names.down()));
  }

  private void sizes() {
    values.put("heads", shape.heads());
    values.put("key_heads", shape.keyValueHeads());
    values.put("group", shape.heads() / shape.keyValueHeads());
    values.put("head_size", shape.headSize());
    values.put("query_width", shape.queryWidth());
    values.put("key_width", shape.keyWidth());
    values.put("intermediate", shape.intermediate());
  }

  private void norms() {
    DecoderShape.Norms norms = shape.norms();
    values.put("epsilon", norms.epsilon());
    flag("layer_norm", norms.kind() == DecoderShape.NormKind.LAYER);
    flag("normed_before", norms.before());
    flag("normed_after", norms.after());
    flag("whole_norms", norms.heads() == HeadNorms.WHOLE);
    flag("head_norms", norms.heads() == HeadNorms.SHARED || norms.heads() == HeadNorms.OWN);
    flag("own_norms", norms.heads() == HeadNorms.OWN);
    flag("head_norm_bias", norms.headBiased());
  }

  private void scales() {
    Scales scales = shape.scales();
    values.put("scale", scales.scores());
    values.put("embedding_scale", scales.embedding());
    values.put("residual_scale", scales.residual());
    flag("residual_scaled", scales.residual() != 1);
    values.put("logit_scale", scales.logits());
    flag("logit_scaled", scales.logits() != 1);
    values.put("score_cap", scales.scoreCap().orElse(0));
    flag("score_capped", scales.scoreCap().isPresent());
    values.put("logit_cap", scales.logitCap().orElse(0));
    flag("logit_capped", scales.logitCap().isPresent());
  }

  private void rotaries() {
    Rotary first = shape.rotaries().get(0);
    int turning = shape.rotaryDimensions();
    values.put("pairs", turning / 2);
    values.put("still", shape.headSize() - turning);
    flag("part_turns", turning < shape.headSize());
    values.put("attention_factor", first.attentionFactor());
    values.put("rotary_of", shape.rotaryOfLayer());
    flag("some_still", shape.rotaryOfLayer().contains(-1));
    flag("mixed_rotary", shape.rotaries().size() > 1);
    flag("long_rotary", first.longTexts().isPresent());
    values.put("short_text", first.longTexts().map(Rotary.LongTexts::beyond).orElse(0));
  }

  private String activation() {
    return switch (shape.activation()) {
      case SILU -> "return torch.silu(x)";
      case GELU_TANH -> "return torch.gelu(x, approximate=\"tanh\")";
      case GELU -> "return torch.gelu(x)";
    };
  }
}
