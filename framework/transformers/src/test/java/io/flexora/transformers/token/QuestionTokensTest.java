package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.FlexoraException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTokensTest {
  private static final String QUESTION = "Question: which of the two is the larger one?\nAnswer:";

  private static Example question(String prompt, String delimiter, String... choices) {
    return new Example("t:7", List.of(prompt), delimiter, List.of(choices), 0, List.of());
  }

  private static DecoderTokenizer tokenizer(String fixture, int maxTokens) {
    return Fixture.of(fixture).open(new TokenizerSettings(maxTokens, Bos.AUTO, Optional.empty()));
  }

  private static int[] whole(Tokens tokens, int choice) {
    return TextEncoder.join(tokens.ids(), tokens.choices().get(choice).ids());
  }

  private static int[] answer(Continuation continuation) {
    int from = continuation.ids().length - continuation.answerTokens();
    for (int i = 0; i < continuation.ids().length; i++) {
      assertThat(continuation.answer()[i]).isEqualTo(i >= from);
    }
    return Arrays.copyOfRange(continuation.ids(), from, continuation.ids().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {Fixture.BYTES, Fixture.PIECES})
  void drawsTheLineWhereTheHarnessDrawsIt(String name) {
    Fixture fixture = Fixture.of(name);
    JsonNode pairs = fixture.expected("pairs");
    assertThat(pairs).hasSizeGreaterThan(20);
    try (DecoderTokenizer tokenizer = fixture.open()) {
      for (JsonNode pair : pairs) {
        Example example = question(pair.path("prompt").asText(), "", pair.path("answer").asText());
        int[] answer = Fixture.ids(pair.path("continuation"));
        if (answer.length == 0) {
          assertThatThrownBy(() -> tokenizer.tokens(example, Head.NONE))
              .isInstanceOf(FlexoraException.class)
              .hasMessageContaining("row t:7: answer 1 of 1 has no token of its own");
        } else {
          Tokens tokens = tokenizer.tokens(example, Head.NONE);
          assertThat(tokens.ids()).as("%s", pair).isEqualTo(Fixture.ids(pair.path("context")));
          assertThat(answer(tokens.choices().get(0))).as("%s", pair).isEqualTo(answer);
          assertThat(tokens.truncated()).isZero();
        }
      }
    }
  }

  @Test
  void putsAnEndInFrontOfAnAnswerToNothing() {
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 100)) {
      for (String nothing : List.of("", " ", "\n")) {
        Tokens tokens = tokenizer.tokens(question(nothing, "", "the river"), Head.NONE);
        assertThat(tokens.ids()).as("<|im_end|>, for there is no other").containsExactly(2);
        assertThat(tokenizer.text(whole(tokens, 0))).isEqualTo(nothing + "the river");
      }
    }
  }

  @Test
  void sharesWhatAllChoicesBeginWith() {
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.PIECES, 1000)) {
      Tokens tokens = tokenizer.tokens(question(QUESTION, " ", "the whale", "the wolf"), Head.NONE);
      assertThat(tokens.ids()).isEqualTo(tokenizer.prompt(QUESTION));
      for (int choice = 0; choice < 2; choice++) {
        String text = QUESTION + " " + tokens.example().choices().get(choice);
        assertThat(whole(tokens, choice)).isEqualTo(tokenizer.prompt(text));
        assertThat(tokens.choices().get(choice).answer()).doesNotContain(false);
      }
    }
  }

  @Test
  void marksTheAnswerWherePromptsDiffer() {
    List<String> prompts = List.of("The town is old so the river", "The town is old so the whale");
    Example example = new Example("t:1", prompts, " ", List.of("runs.", "runs."), 1, List.of());
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000)) {
      Tokens tokens = tokenizer.tokens(example, Head.NONE);
      assertThat(tokenizer.text(tokens.ids())).isEqualTo("The town is old so the");
      for (int choice = 0; choice < 2; choice++) {
        Continuation continuation = tokens.choices().get(choice);
        assertThat(tokenizer.text(answer(continuation))).isEqualTo(" runs.");
        assertThat(tokenizer.text(whole(tokens, choice))).isEqualTo(prompts.get(choice) + " runs.");
      }
    }
  }

  @Test
  void cutsThePromptFromTheLeftByTheSameForAllChoices() {
    Example example = question(QUESTION, " ", "the whale, of course", "none");
    try (DecoderTokenizer full = tokenizer(Fixture.PIECES, 1000)) {
      Tokens whole = full.tokens(example, Head.NONE);
      int longest = whole.length();
      for (int cut = 1; cut < whole.ids().length; cut++) {
        try (DecoderTokenizer tokenizer = tokenizer(Fixture.PIECES, longest - cut)) {
          Tokens tokens = tokenizer.tokens(example, Head.NONE);
          assertThat(tokens.truncated()).isEqualTo(cut);
          assertThat(tokens.length()).isEqualTo(longest - cut);
          assertThat(tokens.ids()[0]).as("the token of beginning").isEqualTo(1);
          assertThat(Arrays.copyOfRange(tokens.ids(), 1, tokens.ids().length))
              .isEqualTo(Arrays.copyOfRange(whole.ids(), 1 + cut, whole.ids().length));
          for (int choice = 0; choice < 2; choice++) {
            assertThat(answer(tokens.choices().get(choice)))
                .isEqualTo(answer(whole.choices().get(choice)));
          }
        }
      }
    }
  }

  @Test
  void keepsOneTokenInFrontOfAnAnswer() {
    Example example = question(QUESTION, " ", "the whale");
    int answer;
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000)) {
      answer = tokenizer.tokens(example, Head.NONE).choices().get(0).answerTokens();
    }
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, answer + 1)) {
      Tokens tokens = tokenizer.tokens(example, Head.NONE);
      assertThat(tokenizer.text(tokens.ids())).isEqualTo(":");
      assertThat(tokens.choices().get(0).answerTokens()).isEqualTo(answer);
    }
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, answer)) {
      assertThatThrownBy(() -> tokenizer.tokens(example, Head.NONE))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("row t:7: answer 1 of 1 has " + answer + " tokens")
          .hasMessageContaining("max_tokens");
    }
  }

  @Test
  void refusesAPromptThatCannotBeReadByItsRow() {
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 100)) {
      Example example = question("a" + " ".repeat(40_000) + "b", " ", "c");
      assertThatThrownBy(() -> tokenizer.tokens(example, Head.NONE))
          .isInstanceOf(FlexoraException.class)
          .hasMessageStartingWith("row t:7: a text has more than 32768 characters of white space");
    }
  }

  @Test
  void refusesClasses() {
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 100)) {
      assertThatThrownBy(() -> tokenizer.tokens(question("a", " ", "b"), Head.classes(2)))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("likelihood")
          .hasMessageContaining("multiple_choice");
    }
  }
}
