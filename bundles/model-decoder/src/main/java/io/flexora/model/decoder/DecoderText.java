package io.flexora.model.decoder;

import io.flexora.api.model.Objective;
import io.flexora.model.decoder.family.DecoderShape;
import io.flexora.model.decoder.weights.WeightOrder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Writes the TorchScript text of a decoder, all dimensions as constants. */
final class DecoderText {

  private static final String RESOURCE = "decoder.torchscript";

  private DecoderText() {}

  /**
   * Fills in everything but what depends on where the adapters are.
   *
   * @param modules how many modules of a layer are adapted
   */
  static String of(DecoderShape shape, Objective objective, int modules) {
    String text = template();
    for (Map.Entry<String, Object> constant : constants(shape, objective, modules).entrySet()) {
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

  private static Map<String, Object> constants(
      DecoderShape shape, Objective objective, int modules) {
    Map<String, Object> values = new TreeMap<>();
    values.put("globals", WeightOrder.GLOBAL);
    values.put("per_layer", WeightOrder.PER_LAYER);
    values.put("heads", shape.heads());
    values.put("key_heads", shape.keyValueHeads());
    values.put("group", shape.heads() / shape.keyValueHeads());
    values.put("head_size", shape.headSize());
    values.put("half_head", shape.headSize() / 2);
    values.put("query_width", shape.heads() * shape.headSize());
    values.put("key_width", shape.keyValueHeads() * shape.headSize());
    values.put("intermediate", shape.intermediate());
    values.put("scale", 1 / Math.sqrt(shape.headSize()));
    values.put("epsilon", shape.normEpsilon());
    values.put("embedding_scale", shape.embeddingScale());
    values.put("attention_factor", shape.rotary().attentionFactor());
    values.put("qkv_bias", flag(shape.queryKeyValueBias()));
    values.put("output_bias", flag(shape.outputBias()));
    values.put("mlp_bias", flag(shape.mlpBias()));
    values.put("head_norms", flag(shape.headNorms()));
    values.put("windows", shape.windows());
    values.put("window", Collections.max(shape.windows()));
    values.put("activation", activation(shape.activation()));
    values.put("choices", flag(objective == Objective.CHOICES));
    int[] none = new int[Math.max(1, modules)];
    Arrays.fill(none, -1);
    values.put("no_seeds", Arrays.toString(none));
    return values;
  }

  private static String flag(boolean value) {
    return value ? "True" : "False";
  }

  private static String activation(DecoderShape.Activation activation) {
    return switch (activation) {
      case SILU -> "return torch.silu(x)";
      case GELU_TANH -> "return torch.gelu(x, approximate=\"tanh\")";
      case GELU -> "return torch.gelu(x)";
    };
  }
}
