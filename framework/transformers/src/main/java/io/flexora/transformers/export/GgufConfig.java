package io.flexora.transformers.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.transformers.checkpoint.StoredType;
import io.flexora.transformers.family.CausalCheckpoint;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Writes the description of a GGUF file as a {@code config.json}. */
final class GgufConfig {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GgufFile file;

  private GgufConfig(GgufFile file) {
    this.file = file;
  }

  static byte[] of(GgufFile file, CausalCheckpoint checkpoint) throws IOException {
    GgufConfig config = new GgufConfig(file);
    ObjectNode root =
        JSON.valueToTree(
            checkpoint.description().gguf().orElseThrow().config(file.path().toString()));
    config.token("bos").ifPresent(id -> root.put("bos_token_id", id));
    config.ends(root);
    root.put("torch_dtype", type(checkpoint));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  private static String type(CausalCheckpoint checkpoint) {
    StoredType type =
        checkpoint.tensors().values().stream()
            .filter(tensor -> tensor.shape().size() > 1)
            .map(tensor -> tensor.type())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    return switch (type) {
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F32 -> "float32";
    };
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
}
