package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.FlexoraException;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of the words a to e, which are the tokens 3 to 7, with the special tokens 1 and 2. */
class EncoderTokenizerTest {
  private static final String NOTHING = "null";
  private static final String AROUND =
      "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 2], \"cls\": [\"[CLS]\", 1]}";
  private static final String TWO_BEHIND =
      """
      {
        "type": "TemplateProcessing",
        "single": [
          {"Sequence": {"id": "A", "type_id": 0}},
          {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
          {"SpecialToken": {"id": "[CLS]", "type_id": 0}}
        ],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {
          "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]},
          "[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]}
        }
      }
      """;

  @TempDir Path folder;

  private Tokens tokens(String processor, int maxTokens, String text) throws IOException {
    String json =
        """
        {
          "version": "1.0",
          "added_tokens": [],
          "normalizer": null,
          "pre_tokenizer": {"type": "WhitespaceSplit"},
          "post_processor": %s,
          "decoder": null,
          "model": {
            "type": "WordLevel",
            "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "b": 4, "c": 5, "d": 6, "e": 7},
            "unk_token": "[UNK]"
          }
        }
        """
            .formatted(processor);
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    TextOptions options = new TextOptions(Optional.of("file:it"), maxTokens, Pooling.CLS);
    try (EncoderTokenizer tokenizer =
        EncoderTokenizer.open(options, "file:model.onnx", at -> file)) {
      return tokenizer.tokens(new Example("r7", text, List.of("no", "yes"), 0), Head.classes(2));
    }
  }

  @Test
  void aTextThatFitsIsWhole() throws IOException {
    assertThat(tokens(NOTHING, 5, "a b c d e").ids()).containsExactly(3, 4, 5, 6, 7);
    assertThat(tokens(AROUND, 7, "a b c d e").ids()).containsExactly(1, 3, 4, 5, 6, 7, 2);
    assertThat(tokens(TWO_BEHIND, 7, "a b c d e").ids()).containsExactly(3, 4, 5, 6, 7, 2, 1);
  }

  @Test
  void aLongTextLosesItsLastWordsButNoSpecialTokens() throws IOException {
    assertThat(tokens(NOTHING, 3, "a b c d e").ids()).containsExactly(3, 4, 5);
    assertThat(tokens(AROUND, 4, "a b c d e").ids()).containsExactly(1, 3, 4, 2);
    assertThat(tokens(TWO_BEHIND, 4, "a b c d e").ids()).containsExactly(3, 4, 2, 1);
    assertThat(tokens(NOTHING, 3, "a b c d e").truncated()).isEqualTo(2);
    assertThat(tokens(TWO_BEHIND, 4, "a b c d e").truncated()).isEqualTo(3);
  }

  @Test
  void ofATextTooLongToBeReadAtOnceTheBeginningIsEnough() throws IOException {
    Tokens word = tokens(AROUND, 5, "a b c " + "d".repeat(1 << 20) + " e");
    assertThat(word.ids()).containsExactly(1, 3, 4, 5, 2);
    assertThat(word.truncated()).isPositive();
    assertThat(tokens(AROUND, 4, "a b c" + " ".repeat(40_000) + "d").ids())
        .containsExactly(1, 3, 4, 2);
  }

  @Test
  void aTextWhoseEndCannotBeReadButWouldBeKeptIsRefusedByItsRow() {
    assertThatThrownBy(() -> tokens(AROUND, 8, "a b c " + "d".repeat(1 << 20) + " e"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("row r7: a text of 1048584 characters is longer than the 1048576")
        .hasMessageEndingWith("Shorten it, or leave it out");
    assertThatThrownBy(() -> tokens(AROUND, 8, "a b c" + " ".repeat(40_000) + "d"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("row r7: a text has more than 32768 characters of white space");
  }

  @Test
  void aTextWithoutTokensIsRefusedByItsRow() throws IOException {
    assertThat(tokens(AROUND, 4, "").ids()).containsExactly(1, 2);
    assertThatThrownBy(() -> tokens(NOTHING, 4, ""))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("row r7")
        .hasMessageContaining("no tokens");
  }
}
