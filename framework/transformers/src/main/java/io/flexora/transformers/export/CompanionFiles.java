package io.flexora.transformers.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.RegularFile;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.token.Bos;
import io.flexora.transformers.token.DecoderTokenizer;
import io.flexora.transformers.token.TokenizerFolder;
import io.flexora.transformers.token.TokenizerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of a folder in Hugging Face form beside its weights. */
final class CompanionFiles {

  private static final String CONFIGURATION = "config.json";

  /** What is copied, where it is there; the licence has to go with the weights. */
  static final Set<String> NAMES =
      Set.of(
          CONFIGURATION,
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "tokenizer.model",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "chat_template.jinja",
          "chat_template.json",
          "LICENSE",
          "LICENSE.txt",
          "LICENSE.md",
          "NOTICE");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TokenizerSettings SETTINGS =
      new TokenizerSettings(1 << 20, Bos.AUTO, Optional.empty());

  private CompanionFiles() {}

  /**
   * The configuration as it is, unless it ties a head to the embedding that differs from it, or the
   * base is quantised, which is written in half precision.
   */
  private static byte[] configuration(Path file, MergedWeights weights) throws IOException {
    byte[] written = RegularFile.bytes(file);
    boolean halves = weights.checkpoint().tensors().keySet().stream().anyMatch(weights::quantised);
    if (!weights.checkpoint().hasOtherHead() && !halves) {
      return written;
    }
    ObjectNode keys = (ObjectNode) JSON.readTree(written);
    if (weights.checkpoint().hasOtherHead()) {
      keys.put("tie_word_embeddings", false);
    }
    if (halves) {
      keys.remove("quantization_config");
      keys.remove("torch_dtype");
      keys.put("dtype", "float16");
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(keys);
  }

  /** Copies the files of a folder, or makes them from the metadata of a GGUF file. */
  static void write(MergedWeights weights, DurableFolder.Staging staging) throws IOException {
    CausalCheckpoint checkpoint = weights.checkpoint();
    Path location = checkpoint.location();
    if (Files.isDirectory(location)) {
      for (String name : NAMES) {
        Path file = location.resolve(name);
        if (name.equals(CONFIGURATION)) {
          staging.write(name, out -> out.write(configuration(file, weights)));
        } else if (Files.isRegularFile(file)) {
          staging.write(name, out -> Files.copy(file, out));
        }
      }
      return;
    }
    try (GgufFile file = GgufFile.open(location)) {
      // A tokenizer that cannot be read here cannot be read by others.
      DecoderTokenizer.open(file, SETTINGS).close();
      Map<String, byte[]> files = new LinkedHashMap<>(TokenizerFolder.of(file));
      files.put(CONFIGURATION, GgufConfig.of(file, checkpoint));
      for (Map.Entry<String, byte[]> entry : files.entrySet()) {
        staging.write(entry.getKey(), out -> out.write(entry.getValue()));
      }
    }
  }
}
