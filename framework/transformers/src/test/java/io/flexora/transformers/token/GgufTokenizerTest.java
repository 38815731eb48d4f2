package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufValueType;
import io.flexora.formats.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufTokenizerTest {
  @TempDir Path folder;

  private static DecoderTokenizer open(Path file, Bos bos) throws IOException {
    try (GgufFile gguf = GgufFile.open(file)) {
      return DecoderTokenizer.open(gguf, new TokenizerSettings(100, bos, Optional.empty()));
    }
  }

  private static DecoderTokenizer open(String fixture, Bos bos) throws IOException {
    return open(Fixture.of(fixture).folder().resolve("vocabulary.gguf"), bos);
  }

  @Test
  void readsBytesAsTheSameTokenizerInHuggingFaceForm() throws IOException {
    try (DecoderTokenizer tokenizer = open(Fixture.BYTES, Bos.AUTO);
        DecoderTokenizer begun = open(Fixture.BYTES, Bos.YES)) {
      for (JsonNode text : Fixture.of(Fixture.BYTES).expected("texts")) {
        String string = text.path("text").asText();
        assertThat(tokenizer.prompt(string))
            .as("%s", text)
            .isEqualTo(Fixture.ids(text.path("ids")));
        assertThat(tokenizer.text(Fixture.ids(text.path("ids"))))
            .isEqualTo(text.path("decoded").asText());
      }
      assertThat(tokenizer.stopTokens()).containsExactlyInAnyOrder(0, 2);
      assertThat(begun.prompt("a")[0]).isEqualTo(1);
    }
  }

  @Test
  void readsPiecesAsSentencePieceDoes() throws IOException {
    try (DecoderTokenizer tokenizer = open(Fixture.PIECES, Bos.AUTO);
        DecoderTokenizer bare = open(Fixture.PIECES, Bos.NO)) {
      for (JsonNode text : Fixture.of(Fixture.PIECES).read("sentencepiece.json")) {
        int[] ids = Fixture.ids(text.path("ids"));
        String string = text.path("text").asText();
        assertThat(bare.prompt(string)).as("%s", text).isEqualTo(ids);
        assertThat(tokenizer.prompt(string))
            .as("the token of beginning is there where the file does not say it")
            .isEqualTo(TextEncoder.join(new int[] {1}, ids));
        assertThat(tokenizer.text(tokenizer.prompt(string))).isEqualTo(string.replace('▁', ' '));
      }
      assertThat(tokenizer.stopTokens()).containsExactly(2);
      assertThat(tokenizer.prompt("a</s><s>b")).contains(2).containsOnlyOnce(2);
    }
  }

  @Test
  void readsLinesOfSpacesOfGemmaAsTransformersDoes() throws IOException {
    try (DecoderTokenizer tokenizer = open("gemma", Bos.NO)) {
      for (JsonNode text : Fixture.of("gemma").read("expected.json")) {
        assertThat(tokenizer.prompt(text.path("text").asText()))
            .as("%s", text)
            .isEqualTo(Fixture.ids(text.path("ids")));
      }
      assertThat(tokenizer.text(tokenizer.prompt("  a   b"))).isEqualTo("  a   b");
    }
  }

  private GgufMetadataBuilder vocabulary() {
    return GgufMetadata.builder()
        .putString("tokenizer.ggml.model", "gpt2")
        .putString("tokenizer.ggml.pre", "gpt-2")
        .putStrings("tokenizer.ggml.tokens", List.of("a", "b", "ab", "<|end|>"))
        .putStrings("tokenizer.ggml.merges", List.of("a b"))
        .putArray("tokenizer.ggml.token_type", GgufValueType.INT32, List.of(1, 1, 1, 3));
  }

  private Path written(GgufMetadataBuilder metadata) {
    Path file = folder.resolve("model.gguf");
    GgufWriter.write(file, metadata.build(), List.of());
    return file;
  }

  @Test
  void readsTheLeastThatIsNeeded() throws IOException {
    try (DecoderTokenizer tokenizer = open(written(vocabulary()), Bos.AUTO)) {
      assertThat(tokenizer.prompt("abba<|end|>")).containsExactly(2, 1, 0, 3);
      assertThat(tokenizer.stopTokens()).containsExactly(3);
      assertThat(tokenizer.hasChatTemplate()).isFalse();
    }
  }

  private void refused(UnaryOperator<GgufMetadataBuilder> change, String... parts) {
    Path file = written(change.apply(vocabulary()));
    assertThatThrownBy(() -> open(file, Bos.AUTO))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    refused(m -> m.putString("tokenizer.ggml.pre", "odd"), "'odd'", "llama-bpe", "smollm");
    refused(m -> m.putString("tokenizer.ggml.model", "t5"), "'t5'", "gpt2 and llama");
    refused(m -> m.remove("tokenizer.ggml.model"), "tokenizer.ggml.model");
    refused(m -> m.remove("tokenizer.ggml.merges"), "tokenizer.ggml.merges");
    refused(m -> m.remove("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens");
  }

  @Test
  void refusesContradictions() {
    refused(
        m -> m.putStrings("tokenizer.ggml.tokens", List.of("a", "b", "a", "c")),
        "two ids, 0 and 2");
    refused(
        m -> m.putArray("tokenizer.ggml.token_type", GgufValueType.INT32, List.of(1)),
        "token_type has 1 entries for 4 tokens");
    refused(
        m -> m.putNumber("tokenizer.ggml.eos_token_id", GgufValueType.UINT32, 4L),
        "eos_token_id is 4",
        "from 0 to 3");
    refused(m -> m.putStrings("tokenizer.ggml.merges", List.of("ab")), "'ab'", "two tokens");
    refused(m -> m.putStrings("tokenizer.ggml.merges", List.of("a z")), "z");
    refused(
        m ->
            m.putString("tokenizer.ggml.model", "llama")
                .remove("tokenizer.ggml.merges")
                .putArray(
                    "tokenizer.ggml.scores", GgufValueType.FLOAT32, Collections.nCopies(3, 0f)),
        "scores has 3 entries for 4 tokens");
  }
}
