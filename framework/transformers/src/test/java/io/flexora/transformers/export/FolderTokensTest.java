package io.flexora.transformers.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.transformers.token.Bos;
import io.flexora.transformers.token.DecoderTokenizer;
import io.flexora.transformers.token.TokenizerFiles;
import io.flexora.transformers.token.TokenizerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderTokensTest {
  private static final Path PIECES =
      Path.of("src/test/resources/io/flexora/transformers/token/pieces");
  private static final int ROWS = 600;
  private static final TokenizerSettings SETTINGS =
      new TokenizerSettings(100, Bos.AUTO, Optional.empty());

  @TempDir Path folder;
  private ObjectNode tokenizer;
  private ObjectNode configuration;

  @BeforeEach
  void read() throws IOException {
    ObjectMapper json = new ObjectMapper();
    tokenizer = (ObjectNode) json.readTree(PIECES.resolve("tokenizer.json").toFile());
    configuration = (ObjectNode) json.readTree(PIECES.resolve("tokenizer_config.json").toFile());
  }

  /** What a GGUF file says of the tokenizer. */
  private GgufMetadata exported() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    Files.writeString(folder.resolve("tokenizer_config.json"), configuration.toString());
    GgufMetadataBuilder metadata = GgufMetadata.builder();
    FolderTokens.put(folder, ROWS, metadata);
    return metadata.build();
  }

  private DecoderTokenizer own() throws IOException {
    return DecoderTokenizer.open(TokenizerFiles.beside(folder.resolve("tokenizer.json")), SETTINGS);
  }

  private DecoderTokenizer of(GgufMetadata metadata) throws IOException {
    Path file = folder.resolve("model.gguf");
    GgufWriter.write(file, metadata, List.of());
    try (GgufFile gguf = GgufFile.open(file)) {
      return DecoderTokenizer.open(gguf, SETTINGS);
    }
  }

  /** As transformers 5 saves Llama's and Mistral's. */
  private void metaspace(String scheme) {
    tokenizer.putNull("normalizer");
    tokenizer
        .putObject("pre_tokenizer")
        .put("type", "Metaspace")
        .put("replacement", "▁")
        .put("prepend_scheme", scheme)
        .put("split", false);
  }

  @ParameterizedTest
  @CsvSource({"first, true", "always, true", "never, false"})
  void aPreTokenizerMayPutTheSpaceInFront(String scheme, boolean prefix) throws IOException {
    metaspace(scheme);
    GgufMetadata metadata = exported();
    assertThat(metadata.requireBoolean("tokenizer.ggml.add_space_prefix")).isEqualTo(prefix);
    String text = "The river  runs through the town.";
    try (DecoderTokenizer own = own();
        DecoderTokenizer said = of(metadata)) {
      assertThat(said.prompt(text)).isEqualTo(own.prompt(text));
    }
  }

  @Test
  void aFileHasOneSpaceMoreBeforeASpaceAndBehindASpecialToken() throws IOException {
    metaspace("first");
    GgufMetadata metadata = exported();
    try (DecoderTokenizer own = own();
        DecoderTokenizer said = of(metadata)) {
      assertThat(said.prompt(" a")).isEqualTo(own.prompt("  a"));
      assertThat(said.prompt("<s>a")).isEqualTo(own.prompt("a")).isNotEqualTo(own.prompt("<s>a"));
    }
  }

  @Test
  void anAddedTokenWithoutARowIsLeftOut() throws IOException {
    tokenizer
        .withArrayProperty("added_tokens")
        .addObject()
        .put("id", ROWS)
        .put("content", "<image_soft_token>")
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
    assertThat(exported().requireStrings("tokenizer.ggml.tokens"))
        .hasSize(ROWS)
        .doesNotContain("<image_soft_token>");
  }

  @Test
  void aTokenOfTheVocabularyWithoutARowIsRefused() {
    ((ObjectNode) tokenizer.path("model").path("vocab")).put("beyond", ROWS);
    assertThatThrownBy(this::exported)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("token 'beyond' has the id 600");
  }

  @Test
  void ofSeveralChatTemplatesTheDefaultIsWritten() throws IOException {
    ArrayNode templates = configuration.putArray("chat_template");
    templates.addObject().put("name", "tool_use").put("template", "tools");
    templates.addObject().put("name", "default").put("template", "{{ messages[0].content }}");
    assertThat(exported().requireString("tokenizer.chat_template"))
        .isEqualTo("{{ messages[0].content }}");
  }

  @Test
  void theMapOfAnOlderCheckpointNamesItsTokens() throws IOException {
    configuration.remove("eos_token");
    Files.writeString(folder.resolve("special_tokens_map.json"), "{\"eos_token\": \"</s>\"}");
    assertThat(exported().requireInt("tokenizer.ggml.eos_token_id")).isEqualTo(2);
  }

  @Test
  void anEndWithoutARowIsLeftOut() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": [2, 600]}");
    assertThat(exported())
        .containsEntry("tokenizer.ggml.eos_token_id", 2L)
        .doesNotContainKey("tokenizer.ggml.eot_token_id");
  }
}
