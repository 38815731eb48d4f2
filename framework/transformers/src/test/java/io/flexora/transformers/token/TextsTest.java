package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
  @TempDir Path folder;

  private static DecoderTokenizer tokenizer(String fixture, Bos bos) {
    return Fixture.of(fixture).open(new TokenizerSettings(1000, bos, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {Fixture.BYTES, Fixture.PIECES})
  void readsTextsAsTransformersDoes(String name) {
    try (DecoderTokenizer tokenizer = tokenizer(name, Bos.AUTO);
        DecoderTokenizer bare = tokenizer(name, Bos.NO)) {
      for (JsonNode text : Fixture.of(name).expected("texts")) {
        String string = text.path("text").asText();
        assertThat(bare.prompt(string)).as("%s", text).isEqualTo(Fixture.ids(text.path("bare")));
        if (!string.startsWith("<s>")) {
          assertThat(tokenizer.prompt(string))
              .as("%s", text)
              .isEqualTo(Fixture.ids(text.path("ids")));
        }
        int[] ids = Fixture.ids(text.path("ids"));
        assertThat(tokenizer.text(ids)).as("%s", text).isEqualTo(text.path("decoded").asText());
      }
    }
  }

  @Test
  void putsOneTokenOfBeginningAsAsked() {
    try (DecoderTokenizer own = tokenizer(Fixture.PIECES, Bos.AUTO);
        DecoderTokenizer always = tokenizer(Fixture.PIECES, Bos.YES);
        DecoderTokenizer never = tokenizer(Fixture.PIECES, Bos.NO)) {
      assertThat(own.prompt("a")).startsWith(1).isEqualTo(always.prompt("a"));
      assertThat(never.prompt("a")).doesNotContain(1);
      assertThat(own.prompt("<s>a")).containsOnlyOnce(1).isEqualTo(never.prompt("<s>a"));
      assertThat(own.prompt("a")).as("no token of end").doesNotContain(2);
    }
  }

  /** transformers 5 ignores add_bos_token where there is a tokenizer.json; so does the harness. */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void beginsTextsAsTheTokenizerItselfDoes(boolean begins, boolean configured) throws IOException {
    Fixture pieces = Fixture.of(Fixture.PIECES);
    ObjectNode json = (ObjectNode) pieces.read("tokenizer.json");
    if (!begins) {
      json.putNull("post_processor");
    }
    Path tokenizer = Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    Path configuration =
        Files.writeString(
            folder.resolve("tokenizer_config.json"),
            "{\"bos_token\": \"<s>\", \"add_bos_token\": %s}".formatted(configured));
    TokenizerFiles files = with(tokenizer, Optional.of(configuration), Optional.empty());
    TokenizerSettings settings = new TokenizerSettings(100, Bos.AUTO, Optional.empty());
    try (DecoderTokenizer opened = DecoderTokenizer.open(files, settings)) {
      assertThat(opened.prompt("hi"))
          .isEqualTo(begins ? new int[] {1, 507, 514, 515} : new int[] {507, 514, 515});
    }
  }

  private static TokenizerFiles with(
      Path tokenizer, Optional<Path> configuration, Optional<Path> model) {
    return new TokenizerFiles(
        tokenizer, configuration, Optional.empty(), Optional.empty(), Optional.empty(), model);
  }

  @Test
  void takesSpecialTokensFromTheModelWhereNothingElseNamesThem() throws IOException {
    Path model = folder.resolve("config.json");
    Files.writeString(model, "{\"bos_token_id\": 1, \"eos_token_id\": [2, 0]}");
    TokenizerFiles files =
        with(Fixture.of(Fixture.BYTES).files().tokenizer(), Optional.empty(), Optional.of(model));
    TokenizerSettings settings = new TokenizerSettings(100, Bos.YES, Optional.empty());
    try (DecoderTokenizer tokenizer = DecoderTokenizer.open(files, settings)) {
      assertThat(tokenizer.prompt("a")[0]).isEqualTo(1);
      assertThat(tokenizer.stopTokens()).containsExactlyInAnyOrder(2, 0);
      assertThat(tokenizer.hasChatTemplate()).isFalse();
    }
  }

  /** A tokenizer with files beside it, in which ' stands for ". */
  private TokenizerFiles beside(String configuration, String specialTokens, String model)
      throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.copy(Fixture.of(Fixture.BYTES).files().tokenizer(), tokenizer);
    Map.of(
            "tokenizer_config.json", configuration,
            "special_tokens_map.json", specialTokens,
            "config.json", model)
        .forEach((name, json) -> write(folder.resolve(name), json.replace('\'', '"')));
    return TokenizerFiles.beside(tokenizer);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{'model_max_length': 1024}; {}; {'model_type': 'gpt2'}; <|endoftext|>; <|endoftext|>",
        "{'tokenizer_class': 'GPT2TokenizerFast', 'bos_token': null}; {}; {}; ; <|endoftext|>",
        "{'tokenizer_class': 'PreTrainedTokenizerFast'}; {}; {'model_type': 'gpt2'}; ; ",
        "{}; {'bos_token': '<|im_start|>', 'eos_token': {'content': '<|im_end|>'}}; {};"
            + " <|im_start|>; <|im_end|>",
        "{'eos_token': '<|im_end|>', 'added_tokens_decoder': {}}; {'bos_token': '<|im_start|>'};"
            + " {}; ; <|im_end|>"
      })
  void takesNamesOfTokensWhereTransformersTakesThem(
      String configuration, String specialTokens, String model, String bos, String eos)
      throws IOException {
    TokenizerSettings settings = new TokenizerSettings(100, Bos.AUTO, Optional.empty());
    TokenizerFiles files = beside(configuration, specialTokens, model);
    try (DecoderTokenizer tokenizer = DecoderTokenizer.open(files, settings)) {
      assertThat(tokenizer.special("bos_token")).isEqualTo(Optional.ofNullable(bos));
      assertThat(tokenizer.special("eos_token")).isEqualTo(Optional.ofNullable(eos));
    }
  }

  @Test
  void endsAnAnswerOfGpt2AsPublished() throws IOException {
    TokenizerFiles files = beside("{'model_max_length': 1024}", "{}", "{'model_type': 'gpt2'}");
    TokenizerSettings settings = new TokenizerSettings(100, Bos.AUTO, Optional.of("alpaca"));
    try (DecoderTokenizer tokenizer = DecoderTokenizer.open(files, settings)) {
      assertThat(tokenizer.stopTokens()).containsExactly(0);
    }
  }

  @Test
  void doesNotEndWithATokenThatTheModelHasNoRowFor() throws IOException {
    TokenizerFiles files = beside("{}", "{}", "{'eos_token_id': [2, 699, -1]}");
    TokenizerSettings settings =
        new TokenizerSettings(
            100,
            Bos.AUTO,
            Optional.empty(),
            Optional.of(new TokenizerSettings.Embedding(699, "model")));
    try (DecoderTokenizer tokenizer = DecoderTokenizer.open(files, settings)) {
      assertThat(tokenizer.stopTokens()).containsExactly(2);
    }
  }

  @Test
  void refusesABeginningThatDoesNotExist() {
    assertThatThrownBy(() -> tokenizer(Fixture.BYTES, Bos.YES))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no token of beginning")
        .hasMessageContaining("auto or no");
  }

  @ParameterizedTest
  @ValueSource(strings = {Fixture.BYTES, Fixture.PIECES})
  void textsOfPartsMakeTheTextOfTheWhole(String name) {
    String text = "The river runs  through the town, 12 times a day.\n It is older than its name.";
    try (DecoderTokenizer tokenizer = tokenizer(name, Bos.AUTO)) {
      int[] ids = tokenizer.prompt(text);
      for (int at = 1; at < ids.length; at++) {
        int[] head = Arrays.copyOf(ids, at);
        int[] tail = Arrays.copyOfRange(ids, at, ids.length);
        if (name.equals(Fixture.PIECES) && at == 1) {
          assertThat(tokenizer.text(tail)).isEqualTo(" " + text);
        } else {
          assertThat(tokenizer.text(head) + tokenizer.text(tail)).isEqualTo(text);
        }
      }
      assertThat(tokenizer.text(new int[0])).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Fixture.BYTES, Fixture.PIECES})
  void writesTokensOneByOneForAPerson(String name) {
    try (DecoderTokenizer tokenizer = tokenizer(name, Bos.NO)) {
      int[] ids = tokenizer.prompt("the river 🙂");
      assertThat(tokenizer.texts(ids)).hasSize(ids.length).contains(" river", "<0xF0>", "<0x9F>");
      assertThat(tokenizer.texts(new int[] {0, 2, 90_000}))
          .startsWith(name.equals(Fixture.BYTES) ? "<|endoftext|>" : "<unk>")
          .endsWith("<90000>");
    }
  }

  @Test
  void survivesHalfASurrogatePair() {
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, Bos.NO)) {
      assertThat(tokenizer.text(tokenizer.prompt("a\ud83db\ude42"))).isEqualTo("a\ufffdb\ufffd");
    }
  }

  @Test
  void namesTheFileThatIsNoTokenizer() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    for (String content :
        new String[] {
          "",
          "[]",
          "{",
          "{}",
          "{\"model\": {\"vocab\": {\"a\": -1}}}",
          "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"b\"]]}}"
        }) {
      Files.writeString(file, content);
      TokenizerFiles files = with(file, Optional.empty(), Optional.empty());
      assertThatThrownBy(
              () ->
                  DecoderTokenizer.open(
                      files, new TokenizerSettings(10, Bos.AUTO, Optional.empty())))
          .as(content)
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
