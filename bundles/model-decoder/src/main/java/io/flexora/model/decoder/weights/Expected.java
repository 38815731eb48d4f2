package io.flexora.model.decoder.weights;

import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.family.DecoderShape;
import io.flexora.transformers.checkpoint.StoredTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors that a checkpoint of a shape has, and whether one has them all and no others. */
final class Expected {
  private static final int SHOWN = 5;

  private final DecoderShape shape;
  private final Map<String, List<Long>> tensors = new LinkedHashMap<>();

  private Expected(DecoderShape shape) {
    this.shape = shape;
    put("model.embed_tokens.weight", shape.vocabulary(), shape.hidden());
    for (int layer = 0; layer < shape.layers(); layer++) {
      layer("model.layers." + layer + ".");
    }
    put("model.norm.weight", shape.hidden());
    if (!shape.tiedHead()) {
      put("lm_head.weight", shape.vocabulary(), shape.hidden());
    }
  }

  /** The tensors' shapes by their names in Hugging Face form, in the order of the forward pass. */
  static Map<String, List<Long>> of(DecoderShape shape) {
    return new Expected(shape).tensors;
  }

  private void layer(String path) {
    int queries = shape.heads() * shape.headSize();
    int keys = shape.keyValueHeads() * shape.headSize();
    put(path + "input_layernorm.weight", shape.hidden());
    linear(path + "self_attn.q_proj", queries, shape.hidden(), shape.queryKeyValueBias());
    linear(path + "self_attn.k_proj", keys, shape.hidden(), shape.queryKeyValueBias());
    linear(path + "self_attn.v_proj", keys, shape.hidden(), shape.queryKeyValueBias());
    linear(path + "self_attn.o_proj", shape.hidden(), queries, shape.outputBias());
    if (shape.headNorms()) {
      put(path + "self_attn.q_norm.weight", shape.headSize());
      put(path + "self_attn.k_norm.weight", shape.headSize());
    }
    put(path + "post_attention_layernorm.weight", shape.hidden());
    linear(path + "mlp.gate_proj", shape.intermediate(), shape.hidden(), shape.mlpBias());
    linear(path + "mlp.up_proj", shape.intermediate(), shape.hidden(), shape.mlpBias());
    linear(path + "mlp.down_proj", shape.hidden(), shape.intermediate(), shape.mlpBias());
  }

  private void linear(String path, long outputs, long inputs, boolean biased) {
    put(path + ".weight", outputs, inputs);
    if (biased) {
      put(path + ".bias", outputs);
    }
  }

  private void put(String name, long... dimensions) {
    tensors.put(name, java.util.Arrays.stream(dimensions).boxed().toList());
  }

  /**
   * Whether a tensor may be there without a use: frequencies that older checkpoints keep, and a
   * head that is the embedding anyway.
   */
  static boolean harmless(String name, DecoderShape shape) {
    return name.endsWith("rotary_emb.inv_freq")
        || name.equals("rope_freqs.weight")
        || (shape.tiedHead() && name.equals("lm_head.weight"));
  }

  /**
   * Refuses a checkpoint that lacks a tensor, has one of another shape, or has one that nothing is
   * known of.
   */
  static void require(Checkpoint checkpoint, DecoderShape shape) {
    Map<String, List<Long>> expected = of(shape);
    List<String> wrong = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    expected.forEach(
        (name, wanted) -> {
          StoredTensor seen = checkpoint.tensors().get(name);
          if (seen == null) {
            missing.add(name);
          } else if (!seen.shape().equals(wanted)) {
            wrong.add(seen.label() + " has the shape " + seen.shape() + ", not " + wanted);
          }
        });
    List<String> others =
        checkpoint.tensors().values().stream()
            .filter(t -> !expected.containsKey(t.name()))
            .map(StoredTensor::name)
            .toList();
    List<String> faults = new ArrayList<>(wrong.subList(0, Math.min(SHOWN, wrong.size())));
    name(faults, "it lacks", missing, expected);
    name(faults, "it has, beyond what a " + shape.family() + " computes with,", others, Map.of());
    if (!faults.isEmpty()) {
      throw new FlexoraException(
          checkpoint.location()
              + " does not hold the model that it describes: "
              + String.join("; ", faults)
              + ". Fetch it again, or take another checkpoint");
    }
  }

  private static void name(
      List<String> faults, String what, List<String> names, Map<String, List<Long>> shapes) {
    if (!names.isEmpty()) {
      List<String> some =
          names.stream()
              .limit(SHOWN)
              .map(n -> "'" + n + "'" + (shapes.containsKey(n) ? " " + shapes.get(n) : ""))
              .toList();
      faults.add(
          what
              + (names.size() == 1 ? " the tensor " : " " + names.size() + " tensors, ")
              + String.join(", ", some)
              + (names.size() > SHOWN ? ", ..." : ""));
    }
  }
}
