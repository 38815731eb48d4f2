package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.FlexoraException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTokensTest {
  private static final Message SYSTEM = new Message(Role.SYSTEM, "You are brief.");

  private static DecoderTokenizer tokenizer(String fixture, int maxTokens, String template) {
    return Fixture.of(fixture)
        .open(new TokenizerSettings(maxTokens, Bos.AUTO, Optional.ofNullable(template)));
  }

  private static List<Message> messages(JsonNode turns) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode turn : turns) {
      Role role = Role.valueOf(turn.path(0).asText().toUpperCase(Locale.ROOT));
      messages.add(new Message(role, turn.path(1).asText()));
    }
    return messages;
  }

  private static List<Message> conversation(String... turns) {
    List<Message> messages = new ArrayList<>();
    for (String turn : turns) {
      messages.add(new Message(messages.size() % 2 == 0 ? Role.USER : Role.ASSISTANT, turn));
    }
    return messages;
  }

  private static Tokens tokens(DecoderTokenizer tokenizer, List<Message> messages) {
    return tokenizer.tokens(Example.conversation("c:3", messages), Head.NONE);
  }

  private static List<Message> with(Message first, List<Message> others) {
    List<Message> all = new ArrayList<>(List.of(first));
    all.addAll(others);
    return all;
  }

  /** The texts of the answers, as the tokens that count tell them. */
  private static List<String> answers(DecoderTokenizer tokenizer, Tokens tokens) {
    Continuation continuation = tokens.choices().get(0);
    List<String> answers = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= continuation.ids().length; i++) {
      if (i == continuation.ids().length || !continuation.answer()[i]) {
        if (from < i) {
          int[] ids = Arrays.copyOfRange(continuation.ids(), from, i);
          answers.add(String.join("", tokenizer.texts(ids)));
        }
        from = i + 1;
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(strings = {Fixture.BYTES, Fixture.PIECES})
  void marksTheTokensThatTransformersMarks(String name) {
    try (DecoderTokenizer tokenizer = tokenizer(name, 1000, null)) {
      for (JsonNode expected : Fixture.of(name).expected("conversations")) {
        List<Message> messages = messages(expected.path("messages"));
        Tokens tokens = tokens(tokenizer, messages);
        int[] ids = Fixture.ids(expected.path("ids"));
        int[] mask = Fixture.ids(expected.path("answer"));
        int last = ids.length;
        while (mask[last - 1] == 0) {
          last--;
        }
        Continuation continuation = tokens.choices().get(0);
        assertThat(TextEncoder.join(tokens.ids(), continuation.ids()))
            .isEqualTo(Arrays.copyOf(ids, last));
        for (int i = 0; i < last; i++) {
          int at = i - tokens.ids().length;
          assertThat(at >= 0 && continuation.answer()[at])
              .as("token %d of %s", i, expected)
              .isEqualTo(mask[i] == 1);
        }
        assertThat(tokenizer.prompt(messages.subList(0, messages.size() - 1)))
            .isEqualTo(Fixture.ids(expected.path("prompt")));
        assertThat(tokens.truncated()).isZero();
      }
    }
  }

  @Test
  void endsWhereATurnEnds() {
    try (DecoderTokenizer bytes = tokenizer(Fixture.BYTES, 1000, null);
        DecoderTokenizer pieces = tokenizer(Fixture.PIECES, 1000, null)) {
      assertThat(bytes.stopTokens()).containsExactlyInAnyOrder(0, 2);
      assertThat(pieces.stopTokens()).containsExactly(2);
    }
  }

  @Test
  void knowsTemplatesByName() {
    List<Message> talk = conversation("One?", "1", "Two?", "2");
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, "chatml")) {
      Tokens tokens = tokens(tokenizer, with(SYSTEM, talk));
      assertThat(String.join("", tokenizer.texts(tokens.ids())))
          .isEqualTo(
              """
              <|im_start|>system
              You are brief.<|im_end|>
              <|im_start|>user
              One?<|im_end|>
              <|im_start|>assistant
              """);
      assertThat(answers(tokenizer, tokens)).containsExactly("1<|im_end|>", "2<|im_end|>");
    }
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.PIECES, 1000, "alpaca")) {
      Tokens tokens = tokens(tokenizer, talk);
      assertThat(tokenizer.text(tokens.ids()))
          .isEqualTo(
              "Below is an instruction that describes a task. Write a response that appropriately"
                  + " completes the request.\n\n### Instruction:\nOne?\n\n### Response:\n");
      assertThat(tokens.ids()[0]).as("the token of beginning").isEqualTo(1);
      assertThat(answers(tokenizer, tokens)).containsExactly("1</s>", "2</s>");
      assertThat(tokenizer.text(tokenizer.prompt(with(SYSTEM, talk.subList(0, 1)))))
          .isEqualTo("You are brief.\n\n### Instruction:\nOne?\n\n### Response:\n");
    }
    assertThatThrownBy(() -> tokenizer(Fixture.PIECES, 1000, "chatml"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("chatml", "<|im_start|>", "alpaca");
  }

  @Test
  void findsAnswersThatATemplateWritesInAnotherWayLater() {
    // The last turn has a thought, earlier ones do not: no conversation is the beginning of a
    // longer one.
    String template =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n"
            + "{% if m.role == 'assistant' and loop.last %}<think></think>{% endif %}"
            + "{{ m.content }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, template)) {
      Tokens tokens = tokens(tokenizer, conversation("One?", " 1 ", "Two?", "2", "Three?", "3"));
      assertThat(answers(tokenizer, tokens))
          .containsExactly(" 1 <|im_end|>", "2<|im_end|>", "<think></think>3<|im_end|>");
    }
  }

  /** As DeepSeek-R1: asks for a thought, and cuts thoughts from what has been answered. */
  private static final String CUTS_THOUGHTS =
      "{% for m in messages %}{% if m.role == 'user' %}<user>{{ m.content }}{% else %}"
          + "{% set said = m.content %}{% if '</think>' in said %}"
          + "{% set said = said.split('</think>')[-1] %}{% endif %}"
          + "<assistant>{{ said }}<|im_end|>{% endif %}{% endfor %}"
          + "{% if add_generation_prompt %}<assistant><think>\n{% endif %}";

  @Test
  void takesNoWordsOfTheUserForTheAnswer() {
    List<Message> talk = conversation("yes<|im_end|> yes?", "yes", "no or yes?", "no");
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, CUTS_THOUGHTS)) {
      Tokens tokens = tokens(tokenizer, talk);
      assertThat(String.join("", tokenizer.texts(tokens.ids())))
          .isEqualTo("<user>yes<|im_end|> yes?<assistant>");
      assertThat(answers(tokenizer, tokens)).containsExactly("yes<|im_end|>", "no<|im_end|>");
    }
  }

  @Test
  void learnsWhatATemplateKeepsOfAnAnswer() {
    List<Message> talk =
        conversation("yes?", "<think>\nyes?\n</think>\n\nyes", "no?", "<think>no</think>no");
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, CUTS_THOUGHTS)) {
      assertThat(answers(tokenizer, tokens(tokenizer, talk)))
          .containsExactly("\n\nyes<|im_end|>", "no<|im_end|>");
      assertThatThrownBy(() -> tokens(tokenizer, conversation("yes?", "<think>yes</think>")))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("row c:3: the chat template leaves nothing of the last answer");
    }
  }

  @Test
  void learnsThoughtsThatATemplateKeepsInTheLastTurn() {
    // As Qwen3: a thought is cut from earlier turns, and written anew in the last one.
    String template =
        "{% for m in messages %}{% set said = m.content.split('</think>')[-1].lstrip() %}"
            + "{% set thought = m.content.split('</think>')[0].split('<think>')[-1]"
            + " if '</think>' in m.content else '' %}<|im_start|>{{ m.role }}\n"
            + "{% if m.role == 'assistant' and loop.last %}<think>{{ thought }}</think>{% endif %}"
            + "{{ said }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
    List<Message> talk =
        conversation("7 is 7?", "<think>a</think> 7", "8 is 8?", "<think>b</think> 8");
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, template)) {
      assertThat(answers(tokenizer, tokens(tokenizer, talk)))
          .containsExactly("7<|im_end|>", "<think>b</think>8<|im_end|>");
    }
  }

  /** Places and ids are what transformers 5.24 has in assistant_masks and input_ids. */
  @ParameterizedTest
  @MethodSource("templatesWithMarks")
  void learnsWhatATemplateMarks(String template, List<Integer> places, List<Integer> ids) {
    List<Message> talk = conversation("One?", "<think>a</think>1", "Größe 🙂?", "2 🙂 ok");
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, template)) {
      Tokens tokens = tokens(tokenizer, talk);
      Continuation continuation = tokens.choices().get(0);
      List<Integer> marked =
          IntStream.range(0, continuation.ids().length)
              .filter(i -> continuation.answer()[i])
              .boxed()
              .toList();
      assertThat(marked).extracting(i -> tokens.ids().length + i).isEqualTo(places);
      assertThat(marked).extracting(i -> continuation.ids()[i]).isEqualTo(ids);
      assertThat(tokenizer.stopTokens()).as("a turn still ends").contains(2);
    }
  }

  static List<Arguments> templatesWithMarks() {
    String other = "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n";
    String answer =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}"
            + "{% generation %}{{ m.content }}{% endgeneration %}"
            + "{% else %}{{ m.content }}{% endif %}<|im_end|>\n{% endfor %}";
    String behindThought =
        "{% for m in messages %}{% if m.role == 'assistant' %}<|im_start|>assistant\n"
            + "<think></think>{%- generation -%} {{ m.content.split('</think>')[-1] }}<|im_end|>"
            + "{%- endgeneration -%}{% else %}"
            + other
            + "{% endif %}{% endfor %}";
    String lastTurn =
        "{% for m in messages %}{% if m.role == 'assistant' and loop.last %}<|im_start|>assistant\n"
            + "{% generation %}{{ m.content }}<|im_end|>\n{% endgeneration %}{% else %}"
            + other
            + "{% endif %}{% endfor %}";
    List<Integer> thought = List.of(30, 274, 278, 77, 32, 67, 30, 17, 274, 278, 77, 32);
    List<Integer> two = List.of(20, 223, 175, 256, 250, 227, 286, 77);
    return List.of(
        Arguments.of(
            answer,
            joined(numbers(18, 30), numbers(59, 66)),
            joined(thought, joined(List.of(19), two))),
        Arguments.of(
            behindThought,
            joined(numbers(29, 30), numbers(68, 76)),
            joined(List.of(19, 2), joined(two, List.of(2)))),
        Arguments.of(lastTurn, numbers(59, 68), joined(two, List.of(2, 201))));
  }

  private static List<Integer> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  private static List<Integer> joined(List<Integer> head, List<Integer> tail) {
    return Stream.concat(head.stream(), tail.stream()).toList();
  }

  @Test
  void leavesOutAHeaderThatIsAlwaysWritten() {
    String template =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}";
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, template)) {
      Tokens tokens = tokens(tokenizer, conversation("One?", "1", "Two?", "2"));
      assertThat(answers(tokenizer, tokens)).containsExactly("1<|im_end|>", "2<|im_end|>");
    }
  }

  @Test
  void findsTheLastAnswerWhereTheSystemMovesAlong() {
    String template =
        "{% set system = messages[0].content %}{% for m in messages[1:] %}"
            + "{% if m.role == 'user' %}[{% if loop.revindex <= 2 %}{{ system }} {% endif %}"
            + "{{ m.content }}]{% else %}{{ m.content }}<|im_end|>{% endif %}{% endfor %}";
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, template)) {
      Tokens tokens = tokens(tokenizer, with(SYSTEM, conversation("One?", "uno", "Two?", "due")));
      assertThat(answers(tokenizer, tokens)).containsExactly("uno<|im_end|>", "due<|im_end|>");
    }
  }

  @Test
  void refusesATemplateThatHidesTheLastAnswer() {
    String template = "{{ messages | length }} {{ messages[-1].content | upper }}";
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 1000, template)) {
      assertThatThrownBy(() -> tokens(tokenizer, conversation("a", "b")))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("row c:3: the chat template changes what is said");
    }
  }

  @Test
  void namesTheRowThatATemplateRefuses() {
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.PIECES, 1000, null)) {
      List<Message> talk = List.of(SYSTEM, new Message(Role.ASSISTANT, "Hello."));
      assertThatThrownBy(() -> tokens(tokenizer, talk))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContainingAll("row c:3", "Conversation roles must alternate");
    }
  }

  @Test
  void dropsTheOldestExchangesFirst() {
    List<Message> last = conversation("Three?", "3");
    List<Message> two = conversation("Two?", "2", "Three?", "3");
    List<Message> all = conversation("One is the question?", "1", "Two?", "2", "Three?", "3");
    try (DecoderTokenizer full = tokenizer(Fixture.BYTES, 1000, null)) {
      int whole = tokens(full, with(SYSTEM, all)).length();
      for (List<Message> kept : List.of(two, last)) {
        Tokens expected = tokens(full, with(SYSTEM, kept));
        // One more for the newline behind the last turn, which is written but not kept.
        try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, expected.length() + 1, null)) {
          Tokens tokens = tokens(tokenizer, with(SYSTEM, all));
          assertThat(tokens.ids()).isEqualTo(expected.ids());
          assertThat(tokens.choices().get(0).ids()).isEqualTo(expected.choices().get(0).ids());
          assertThat(tokens.truncated()).isEqualTo(whole - expected.length());
        }
      }
    }
  }

  @Test
  void cutsTheLastQuestionFromTheLeftButNotItsAnswer() {
    String question = "Which of the two animals is the larger one? ".repeat(20);
    List<Message> talk = with(SYSTEM, conversation(question, "The whale, of course."));
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 60, null)) {
      Tokens tokens = tokens(tokenizer, talk);
      assertThat(tokens.length()).isBetween(57, 60);
      assertThat(answers(tokenizer, tokens)).containsExactly("The whale, of course.<|im_end|>");
      String prompt = String.join("", tokenizer.texts(tokens.ids()));
      assertThat(prompt)
          .startsWith("<|im_start|>system\nYou are brief.<|im_end|>\n<|im_start|>user\n")
          .endsWith("the larger one? <|im_end|>\n<|im_start|>assistant\n");
      assertThat(tokens.truncated()).isGreaterThan(100);
    }
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 30, null)) {
      assertThatThrownBy(() -> tokens(tokenizer, talk))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("row c:3: the last answer does not fit")
          .hasMessageContaining("30 tokens");
    }
  }

  /** What both have in common stands once; of earlier turns nothing is an answer. */
  @Test
  void twoLastAnswersAreChoices() {
    try (DecoderTokenizer tokenizer = tokenizer(Fixture.BYTES, 200, "chatml")) {
      List<Message> asked = conversation("Hi", "Hello", "How are you?");
      Tokens pair =
          tokenizer.tokens(Example.preference("c:1", asked, "Fine", "I am not well"), Head.NONE);
      assertThat(pair.choices()).hasSize(2);
      for (int c = 0; c < 2; c++) {
        String answer = List.of("Fine", "I am not well").get(c);
        Tokens alone = tokens(tokenizer, with(asked, new Message(Role.ASSISTANT, answer)));
        Continuation choice = pair.choices().get(c);
        assertThat(joined(pair.ids(), choice.ids()))
            .isEqualTo(joined(alone.ids(), alone.choices().get(0).ids()));
        assertThat(answers(tokenizer, alone)).hasSize(2);
        Tokens own = new Tokens(pair.example(), pair.ids(), List.of(choice), 0);
        assertThat(answers(tokenizer, own)).containsExactly(answers(tokenizer, alone).get(1));
      }
      Tokens cut =
          tokenizer.tokens(
              Example.preference(
                  "c:1", List.of(new Message(Role.USER, "long ".repeat(300))), "A", "B"),
              Head.NONE);
      assertThat(cut.truncated()).isPositive();
      assertThat(cut.length()).isLessThanOrEqualTo(200);
    }
  }

  private static List<Message> with(List<Message> others, Message last) {
    List<Message> all = new ArrayList<>(others);
    all.add(last);
    return all;
  }

  private static int[] joined(int[] one, int[] other) {
    int[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }
}
