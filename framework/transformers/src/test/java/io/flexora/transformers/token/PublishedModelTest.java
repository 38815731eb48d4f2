package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.formats.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Reads a published model; set the system properties flexora.models and flexora.data to folders of
 * models and of datasets.
 */
class PublishedModelTest {
  private static final TokenizerSettings SETTINGS =
      new TokenizerSettings(8192, Bos.AUTO, Optional.empty());
  private static Path model;
  private static Path data;

  @BeforeAll
  static void needsTheFolders() {
    String models = System.getProperty("flexora.models");
    String datasets = System.getProperty("flexora.data");
    assumeTrue(models != null && datasets != null, "flexora.models, flexora.data are not set");
    model = Path.of(models, "smollm2-135m-instruct");
    data = Path.of(datasets);
  }

  private static DecoderTokenizer fromGguf() throws IOException {
    try (GgufFile file = GgufFile.open(model.resolve("SmolLM2-135M-Instruct.Q4_1.gguf"))) {
      return DecoderTokenizer.open(file, SETTINGS);
    }
  }

  private static DecoderTokenizer fromJson() throws IOException {
    TokenizerFiles files =
        new TokenizerFiles(
            model.resolve("tokenizer.json"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(model.resolve("config-of-the-dequantised-model.json")));
    return DecoderTokenizer.open(files, SETTINGS);
  }

  /** Every text in the first rows of every dataset. */
  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(f -> f.endsWith("validation.jsonl")).sorted().toList()) {
        try (Stream<String> lines = Files.lines(file)) {
          for (String line : lines.limit(150).toList()) {
            add(new ObjectMapper().readTree(line), texts);
          }
        }
      }
    }
    return texts;
  }

  private static void add(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.forEach(child -> add(child, texts));
  }

  @Test
  void bothFormsGiveTheSameTokens() throws IOException {
    List<String> texts = texts();
    assertThat(texts).hasSizeGreaterThan(5000);
    try (DecoderTokenizer gguf = fromGguf();
        DecoderTokenizer json = fromJson()) {
      for (String text : texts) {
        int[] ids = gguf.prompt(text);
        assertThat(ids).as(text).isEqualTo(json.prompt(text));
        assertThat(gguf.text(ids)).isEqualTo(text);
      }
      assertThat(gguf.stopTokens()).contains(2);
      assertThat(json.stopTokens()).containsExactly(2);
    }
  }

  @Test
  void writesItsOwnChatTemplate() throws IOException {
    List<Message> asked = List.of(new Message(Role.USER, "What is a river?"));
    try (DecoderTokenizer tokenizer = fromGguf()) {
      assertThat(tokenizer.hasChatTemplate()).isTrue();
      assertThat(String.join("", tokenizer.texts(tokenizer.prompt(asked))))
          .isEqualTo(
              """
              <|im_start|>system
              You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
              <|im_start|>user
              What is a river?<|im_end|>
              <|im_start|>assistant
              """);
    }
  }
}
