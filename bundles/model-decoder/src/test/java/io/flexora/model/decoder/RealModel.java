package io.flexora.model.decoder;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.Decisions;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * SmolLM2-135M-Instruct as a GGUF file, and rows of PIQA, where the machine has them: the system
 * properties {@code flexora.models}, {@code flexora.data} and {@code flexora.reference} name the
 * folders.
 */
final class RealModel {

  private static final String FILE = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf";

  private RealModel() {}

  static DecoderBackend backend(ComputeChoice type, int maxTokens) {
    CausalOptions options =
        new CausalOptions(
            file().toString(),
            Optional.empty(),
            maxTokens,
            type,
            Bos.AUTO,
            Optional.empty(),
            1024,
            0,
            WeightStorage.DENSE);
    return new DecoderBackend(options, Path::of, Device.cpu(), new Decisions(), notice -> {});
  }

  /** The model's file. */
  static Path file() {
    return folder("models").resolve(FILE);
  }

  /** A folder of real files; the test is skipped where there is none. */
  static Path folder(String kind) {
    String named = System.getProperty("flexora." + kind);
    assumeTrue(named != null, "-Dflexora." + kind + "=FOLDER names no folder of real files");
    return Path.of(named);
  }

  static JsonNode reference(String file) throws IOException {
    return new ObjectMapper().readTree(folder("reference").resolve(file).toFile());
  }

  /** The training rows of PIQA as {@code Question: ...\nAnswer: ...}. */
  static List<Tokens> piqa(DecoderBackend backend) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Tokens> rows = new ArrayList<>();
    try (Tokenizer tokenizer = backend.tokenizer()) {
      for (String line : Files.readAllLines(folder("data").resolve("piqa/train.jsonl"))) {
        JsonNode row = json.readTree(line);
        rows.add(
            tokenizer.tokens(
                new Example(
                    "piqa:" + rows.size(),
                    List.of("Question: " + row.get("goal").asText() + "\nAnswer:"),
                    " ",
                    List.of(row.get("sol1").asText(), row.get("sol2").asText()),
                    row.get("label").asInt(),
                    List.of()),
                Head.NONE));
      }
    }
    return rows;
  }
}
