package io.flexora.model.decoder;

import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.DecoderArrays;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.model.decoder.shape.DecoderShape.HeadNorms;
import io.flexora.model.decoder.shape.DecoderShape.Scales;
import io.flexora.model.decoder.shape.TensorNames;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.rotary.Rotary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the TorchScript text of a decoder, all dimensions as constants. What a decoder does not do
 * stands behind a constant that is False and is not even compiled.
 */
final class DecoderText {

  private static final String LAYER = "decoder.torchscript";
  private static final String DENSE = "dense.torchscript";
  private static final String EXPERTS = "experts.torchscript";

  private final Decoder decoder;
  private final DecoderShape shape;
  private final Map<String, Object> values = new TreeMap<>();

  private DecoderText(Decoder decoder) {
    this.decoder = decoder;
    this.shape = decoder.shape();
  }

  /** The methods of a decoder's layers. */
  static String of(Decoder decoder) {
    boolean sparse = decoder.shape().experts().isPresent();
    return ScriptText.of(DecoderText.class, LAYER)
        .and(ScriptText.of(DecoderText.class, sparse ? EXPERTS : DENSE))
        .with(new DecoderText(decoder).constants())
        .text();
  }

  private Map<String, Object> constants() {
    arrays();
    modules();
    norms();
    scales();
    rotaries();
    values.put("intermediate", shape.intermediate());
    values.put("qkv_bias", shape.biases().queryKeyValue());
    values.put("output_bias", shape.biases().output());
    values.put("mlp_bias", shape.biases().mlp());
    values.put("fused_attention", shape.fusedAttention());
    values.put("fused_gate", shape.fusedGate());
    values.put("gated", shape.gated());
    values.put("parallel", shape.parallel());
    values.put("activation", activation());
    experts();
    return values;
  }

  /** Where each array is, as {@code at_NAME}; of a layer, behind the first one of the layer. */
  private void arrays() {
    DecoderArrays arrays = decoder.arrays();
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

  private void norms() {
    DecoderShape.Norms norms = shape.norms();
    values.put("epsilon", norms.epsilon());
    values.put("layer_norm", norms.kind() == DecoderShape.NormKind.LAYER);
    values.put("normed_before", norms.before());
    values.put("normed_after", norms.after());
    values.put("whole_norms", norms.heads() == HeadNorms.WHOLE);
    values.put("head_norms", norms.heads() == HeadNorms.SHARED || norms.heads() == HeadNorms.OWN);
    values.put("own_norms", norms.heads() == HeadNorms.OWN);
    values.put("head_norm_bias", norms.headBiased());
  }

  private void scales() {
    Scales scales = shape.scales();
    values.put("scale", scales.scores());
    values.put("embedding_scale", scales.embedding());
    values.put("residual_scale", scales.residual());
    values.put("residual_scaled", scales.residual() != 1);
    values.put("clipped", scales.clip().isPresent());
    values.put("clip", scales.clip().orElse(0));
  }

  private void experts() {
    shape
        .experts()
        .ifPresent(
            experts -> {
              values.put("chosen_experts", experts.chosen());
              values.put("normalised", experts.normalised());
            });
  }

  private void rotaries() {
    Rotary first = shape.rotaries().get(0);
    int turning = shape.rotaryDimensions();
    values.put("pairs", turning / 2);
    values.put("attention_factor", first.attentionFactor());
    values.put("rotary_of", shape.rotaryOfLayer());
    values.put("some_still", shape.rotaryOfLayer().contains(-1));
    values.put("mixed_rotary", shape.rotaries().size() > 1);
    values.put("long_rotary", first.longTexts().isPresent());
    values.put("short_text", first.longTexts().map(Rotary.LongTextFrequencies::beyond).orElse(0));
  }

  private String activation() {
    return switch (shape.activation()) {
      case SILU -> "return torch.silu(x)";
      case GELU_TANH -> "return torch.gelu(x, approximate=\"tanh\")";
      case GELU -> "return torch.gelu(x)";
    };
  }
}
