package io.flexora.task.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.task.instruction.InstructionOptions.RowFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstructionTaskTest {
  private static final Message ASKED = new Message(Role.USER, "What?");
  private static final Message ANSWERED = new Message(Role.ASSISTANT, "That.");

  static InstructionOptions options(RowFormat format, String system) {
    return new InstructionOptions(
        format,
        Optional.ofNullable(system),
        "system",
        "instruction",
        "input",
        "output",
        "history",
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static List<Message> messages(InstructionOptions options, Map<String, Object> fields) {
    Row row = new Row("train.jsonl:3", fields);
    List<Example> examples =
        new InstructionTask(options).examples(Map.of(Split.TRAIN, List.of(row))).of(Split.TRAIN);
    assertThat(examples).extracting(Example::id).containsExactly("train.jsonl:3");
    return examples.get(0).messages();
  }

  private static List<Message> messages(Map<String, Object> fields) {
    return messages(options(RowFormat.AUTO, null), fields);
  }

  private static Map<String, Object> sharegpt(String... fromAndValue) {
    return Map.of("conversations", turns("from", "value", fromAndValue));
  }

  private static List<Map<String, String>> turns(String role, String content, String... pairs) {
    return IntStream.range(0, pairs.length / 2)
        .mapToObj(i -> Map.of(role, pairs[2 * i], content, pairs[2 * i + 1]))
        .toList();
  }

  private static void refused(Map<String, Object> fields, String... parts) {
    assertThatThrownBy(() -> messages(fields))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("row train.jsonl:3")
        .hasMessageContainingAll(parts);
  }

  @Test
  void readsTheAlpacaForm() {
    assertThat(messages(Map.of("instruction", "What?", "input", "", "output", "That.")))
        .containsExactly(ASKED, ANSWERED);
    assertThat(messages(Map.of("instruction", "Sum up.", "input", "A text.", "output", "That.")))
        .containsExactly(new Message(Role.USER, "Sum up.\nA text."), ANSWERED);
  }

  @Test
  void takesAFieldThatIsNullForOneThatIsNotThere() {
    Map<String, Object> fields = new HashMap<>(Map.of("instruction", "What?", "output", "That."));
    for (String field : List.of("input", "system", "history", "messages", "conversations")) {
      fields.put(field, null);
    }
    assertThat(messages(fields)).containsExactly(ASKED, ANSWERED);
    fields.put("instruction", null);
    refused(fields, "its fields are output");
  }

  @Test
  void readsSystemAndHistoryOfTheAlpacaForm() {
    Map<String, Object> fields =
        Map.of(
            "instruction", "What?",
            "output", "That.",
            "system", "Be brief.",
            "history", List.of(List.of("Who?", "She."), List.of("When?", "Now.")));
    assertThat(messages(fields))
        .containsExactly(
            new Message(Role.SYSTEM, "Be brief."),
            new Message(Role.USER, "Who?"),
            new Message(Role.ASSISTANT, "She."),
            new Message(Role.USER, "When?"),
            new Message(Role.ASSISTANT, "Now."),
            ASKED,
            ANSWERED);
  }

  @Test
  void readsTheShareGptForm() {
    assertThat(messages(sharegpt("system", "S", "human", "What?", "gpt", "That.")))
        .containsExactly(new Message(Role.SYSTEM, "S"), ASKED, ANSWERED);
  }

  @Test
  void readsTheMessagesForm() {
    Object turns = turns("role", "content", "user", "What?", "assistant", "That.");
    assertThat(messages(Map.of("messages", turns))).containsExactly(ASKED, ANSWERED);
  }

  @Test
  void readsFieldsOfOtherNames() {
    InstructionOptions options =
        new InstructionOptions(
            RowFormat.AUTO,
            Optional.empty(),
            "system",
            "question",
            "context",
            "answer",
            "history",
            Optional.of("dialogue"),
            Optional.of("who"),
            Optional.of("says"));
    Map<String, Object> pair = Map.of("question", "What?", "context", "this", "answer", "That.");
    assertThat(messages(options, pair))
        .containsExactly(new Message(Role.USER, "What?\nthis"), ANSWERED);
    Object turns = turns("who", "says", "human", "What?", "assistant", "That.");
    assertThat(messages(options, Map.of("dialogue", turns))).containsExactly(ASKED, ANSWERED);
  }

  @Test
  void putsTheSystemsTextWhereARowHasNone() {
    InstructionOptions options = options(RowFormat.AUTO, "Be kind.");
    assertThat(messages(options, sharegpt("human", "What?", "gpt", "That.")))
        .containsExactly(new Message(Role.SYSTEM, "Be kind."), ASKED, ANSWERED);
    assertThat(messages(options, sharegpt("system", "S", "human", "What?", "gpt", "That.")))
        .containsExactly(new Message(Role.SYSTEM, "S"), ASKED, ANSWERED);
  }

  @Test
  void takesTheSystemsTextOfAFieldBesideTurns() {
    Map<String, Object> turns = sharegpt("human", "What?", "gpt", "That.");
    Map<String, Object> messages =
        Map.of("messages", turns("role", "content", "user", "What?", "assistant", "That."));
    for (Map<String, Object> form : List.of(turns, messages)) {
      Map<String, Object> fields = new HashMap<>(form);
      fields.put("system", "Be brief.");
      assertThat(messages(options(RowFormat.AUTO, "Be kind."), fields))
          .containsExactly(new Message(Role.SYSTEM, "Be brief."), ASKED, ANSWERED);
      fields.put("system", " ");
      assertThat(messages(fields)).containsExactly(ASKED, ANSWERED);
    }
  }

  @Test
  void refusesASystemThatSaysTwoThings() {
    Map<String, Object> fields =
        new HashMap<>(sharegpt("system", "Be kind.", "human", "What?", "gpt", "That."));
    fields.put("system", "Be brief.");
    refused(fields, "one thing in a turn and another in field 'system'", "system_field");
    fields.put("system", "Be kind.");
    assertThat(messages(fields))
        .containsExactly(new Message(Role.SYSTEM, "Be kind."), ASKED, ANSWERED);
  }

  @Test
  void joinsTurnsOfOneRole() {
    assertThat(
            messages(sharegpt("human", "Well,", "human", "what?", "gpt", "That.", "gpt", "Yes.")))
        .containsExactly(
            new Message(Role.USER, "Well,\n\nwhat?"), new Message(Role.ASSISTANT, "That.\n\nYes."));
  }

  @Test
  void obeysAWrittenForm() {
    Map<String, Object> both = new HashMap<>(sharegpt("human", "x", "gpt", "y"));
    both.putAll(Map.of("instruction", "What?", "output", "That."));
    assertThat(messages(options(RowFormat.ALPACA, null), both)).containsExactly(ASKED, ANSWERED);
    assertThatThrownBy(() -> messages(options(RowFormat.MESSAGES, null), both))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "row train.jsonl:3 has no field 'messages'; its fields are 'conversations',"
                + " 'instruction', 'output'");
  }

  @Test
  void refusesRowsThatEndWithoutAnAnswer() {
    refused(sharegpt("human", "What?"), "the last turn is the user's");
    refused(sharegpt("human", "a", "gpt", "b", "human", "c"), "the last turn is the user's");
    refused(sharegpt("gpt", "That."), "the first turn is the assistant's");
    refused(sharegpt(), "nobody asks");
    refused(sharegpt("system", "S"), "nobody asks");
    refused(sharegpt("human", "a", "system", "S", "gpt", "b"), "system speaks later");
  }

  @Test
  void refusesEmptyTexts() {
    refused(Map.of("instruction", "What?", "output", " \n"), "field 'output' is empty");
    refused(Map.of("instruction", "", "output", "That."), "field 'instruction' is empty");
    refused(sharegpt("human", "What?", "gpt", ""), "the assistant says nothing");
    refused(sharegpt("human", "", "gpt", "That."), "the user says nothing");
  }

  @Test
  void refusesUnknownRoles() {
    refused(
        sharegpt("human", "What?", "tool", "{}", "gpt", "That."),
        "'conversations[1].from' should be one of assistant, gpt, human, system, user, not 'tool'");
  }

  /** As a file without types is read, where all values of a column are numbers. */
  @Test
  void takesNumbersAndTruthValuesAsTheyAreWritten() {
    assertThat(messages(Map.of("instruction", 7, "input", 0.5, "output", 12L)))
        .containsExactly(new Message(Role.USER, "7\n0.5"), new Message(Role.ASSISTANT, "12"));
    Map<String, Object> fields =
        Map.of("instruction", "What?", "output", true, "history", List.of(List.of("2 + 2", 4)));
    assertThat(messages(fields))
        .containsExactly(
            new Message(Role.USER, "2 + 2"),
            new Message(Role.ASSISTANT, "4"),
            ASKED,
            new Message(Role.ASSISTANT, "true"));
    Object turns =
        List.of(
            Map.of("role", "user", "content", "What?"), Map.of("role", "assistant", "content", 4));
    assertThat(messages(Map.of("messages", turns)))
        .containsExactly(ASKED, new Message(Role.ASSISTANT, "4"));
  }

  @Test
  void refusesWhatIsNoText() {
    refused(Map.of("instruction", List.of("What?"), "output", "That."), "'instruction' should be");
    refused(Map.of("messages", "hello"), "field 'messages' should be a list, not 'hello'");
    refused(
        Map.of("messages", List.of("hello")),
        "'messages[0]' should be an object with 'role' and 'content', not 'hello'");
    Map<String, Object> parts = Map.of("role", "user", "content", List.of(Map.of("type", "text")));
    refused(Map.of("messages", List.of(parts)), "'messages[0].content' should be a text");
    Map<String, Object> nothing = new HashMap<>(Map.of("role", "user"));
    refused(Map.of("messages", List.of(nothing)), "'messages[0]' has no 'content'; it has role");
    nothing.put("content", null);
    refused(
        Map.of("messages", List.of(nothing)), "'messages[0].content' should be a text, not empty");
    refused(
        Map.of("instruction", "a", "output", "b", "history", List.of(List.of("a"))),
        "'history[0]' should be a list of a question and its answer, not '[a]'");
  }

  @Test
  void namesTheFieldsOfARowInNoForm() {
    refused(Map.of("text", "a", "label", "b"), "its fields are label, text", "'conversations'");
  }
}
