package io.flexora.model.decoder.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.model.decoder.family.DecoderShape;
import io.flexora.model.decoder.weights.Checkpoint;
import io.flexora.transformers.checkpoint.StoredType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Writes the description of a GGUF file as a {@code config.json}. */
final class GgufConfig {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "llama", "LlamaForCausalLM",
          "mistral", "MistralForCausalLM",
          "qwen2", "Qwen2ForCausalLM",
          "qwen3", "Qwen3ForCausalLM",
          "gemma", "GemmaForCausalLM");

  private final GgufFile file;
  private final DecoderShape shape;
  private final String family;

  private GgufConfig(GgufFile file, DecoderShape shape) {
    this.file = file;
    this.shape = shape;
    // Of all layers alike only a Mistral has windows; in GGUF it is called a llama.
    this.family = shape.windows().get(0) > 0 ? "mistral" : shape.family();
  }

  static byte[] of(GgufFile file, Checkpoint checkpoint) throws IOException {
    GgufConfig config = new GgufConfig(file, checkpoint.shape());
    ObjectNode root = config.root();
    root.put("torch_dtype", type(checkpoint));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  private static String type(Checkpoint checkpoint) {
    StoredType type =
        checkpoint.tensors().values().stream()
            .filter(tensor -> tensor.shape().size() > 1)
            .map(tensor -> tensor.type())
            .max(java.util.Comparator.naturalOrder())
            .orElseThrow();
    return switch (type) {
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F32 -> "float32";
    };
  }

  private ObjectNode root() {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("architectures").add(ARCHITECTURES.get(family));
    root.put("model_type", family);
    root.put("hidden_size", shape.hidden());
    root.put("intermediate_size", shape.intermediate());
    root.put("num_hidden_layers", shape.layers());
    root.put("num_attention_heads", shape.heads());
    root.put("num_key_value_heads", shape.keyValueHeads());
    root.put("head_dim", shape.headSize());
    root.put("vocab_size", shape.vocabulary());
    root.put("max_position_embeddings", shape.positions());
    root.put("rms_norm_eps", shape.normEpsilon());
    root.put("hidden_act", family.equals("gemma") ? "gelu_pytorch_tanh" : "silu");
    root.put("tie_word_embeddings", shape.tiedHead());
    if (family.equals("mistral")) {
      root.put("sliding_window", shape.windows().get(0));
    }
    biases(root);
    rotary(root);
    token("bos").ifPresent(id -> root.put("bos_token_id", id));
    ends(root);
    return root;
  }

  private void biases(ObjectNode root) {
    boolean fixed = family.equals("mistral") || family.equals("qwen2");
    boolean expressed =
        fixed ? !shape.outputBias() : shape.queryKeyValueBias() == shape.outputBias();
    boolean wanted = family.equals("qwen2");
    if (!expressed
        || (fixed && shape.queryKeyValueBias() != wanted)
        || (shape.mlpBias() && !family.equals("llama"))) {
      throw new FlexoraException(
          file.path()
              + " has biases that a config.json of a "
              + family
              + " cannot express; export to"
              + " gguf-f16 or peft");
    }
    if (!fixed) {
      root.put("attention_bias", shape.outputBias());
    }
    if (family.equals("llama")) {
      root.put("mlp_bias", shape.mlpBias());
    }
  }

  /** A file names up to three tokens that end something; here they are one list. */
  private void ends(ObjectNode root) {
    List<Integer> ends =
        Stream.of("eos", "eot", "eom").flatMap(role -> token(role).stream()).distinct().toList();
    if (ends.size() == 1) {
      root.put("eos_token_id", ends.get(0));
    } else if (!ends.isEmpty()) {
      ends.forEach(root.putArray("eos_token_id")::add);
    }
  }

  private Optional<Integer> token(String role) {
    OptionalInt id = file.metadata().findInt("tokenizer.ggml." + role + "_token_id");
    return id.isPresent() ? Optional.of(id.getAsInt()) : Optional.empty();
  }

  private void rotary(ObjectNode root) {
    root.put("rope_theta", shape.rotary().base());
    Map<String, Object> scaling =
        shape
            .rotary()
            .scaling()
            .orElseThrow(
                () ->
                    new FlexoraException(
                        file.path()
                            + " has scaled rotary positions that a config.json cannot express;"
                            + " export to gguf-f16 or peft"));
    if (!scaling.isEmpty()) {
      root.set("rope_scaling", JSON.valueToTree(scaling));
    }
  }
}
