package io.flexora.task.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.task.instruction.PreferenceTaskOptions.RowForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The forms of rows are those of TRL's "Dataset formats" and of LLaMA-Factory's data/README. */
class PreferenceTaskTest {

  private static final Message SKY = new Message(Role.USER, "The sky is");
  private static final Message BLUE = new Message(Role.ASSISTANT, "blue.");

  private static Example example(RowForm form, Map<String, Object> fields) {
    PreferenceTaskOptions options =
        new PreferenceTaskOptions(
            form, "chosen", "rejected", "prompt", Optional.empty(), Optional.empty());
    return new PreferenceTask(options)
        .examples(Map.of(Split.TRAIN, List.of(new Row("t:1", fields))))
        .of(Split.TRAIN)
        .get(0);
  }

  private static Example example(Map<String, Object> fields) {
    return example(RowForm.AUTO, fields);
  }

  private static Map<String, String> turn(String role, String content) {
    return Map.of("role", role, "content", content);
  }

  private static Map<String, String> from(String from, String value) {
    return Map.of("from", from, "value", value);
  }

  private static void assertChat(Example example) {
    assertThat(example.messages()).containsExactly(SKY, BLUE);
    assertThat(example.choices()).containsExactly("blue.", "green.");
    assertThat(example.label()).isZero();
  }

  @Test
  void readsTextsAsTheyAre() {
    Map<String, Object> row =
        Map.of("prompt", "The sky is", "chosen", " blue.", "rejected", " green.");
    Example example = example(row);
    assertThat(example.prompt()).isEqualTo("The sky is");
    assertThat(example.choices()).containsExactly(" blue.", " green.");
    assertThat(example.messages()).isEmpty();
    assertThat(example(RowForm.CHAT, row).messages())
        .containsExactly(SKY, new Message(Role.ASSISTANT, " blue."));
  }

  @Test
  void takesNumbersForTexts() {
    Example example = example(Map.of("prompt", 2, "chosen", 4L, "rejected", 0.5));
    assertThat(example.prompt()).isEqualTo("2");
    assertThat(example.choices()).containsExactly("4", "0.5");
    assertThat(example.messages()).isEmpty();
    assertThat(example(Map.of("chosen", 14L, "rejected", 15L)).choices()).containsExactly("4", "5");
    Example answered =
        example(Map.of("prompt", List.of(turn("user", "2 + 2")), "chosen", 4L, "rejected", 5L));
    assertThat(answered.choices()).containsExactly("4", "5");
    assertThat(answered.messages())
        .containsExactly(new Message(Role.USER, "2 + 2"), new Message(Role.ASSISTANT, "4"));
  }

  @Test
  void readsTurns() {
    assertChat(
        example(
            Map.of(
                "prompt",
                List.of(turn("user", "The sky is")),
                "chosen",
                List.of(turn("assistant", "blue.")),
                "rejected",
                List.of(turn("assistant", "green.")))));
    assertChat(
        example(
            Map.of(
                "conversations",
                List.of(from("human", "The sky is")),
                "chosen",
                from("gpt", "blue."),
                "rejected",
                from("gpt", "green."))));
  }

  @Test
  void readsInstructions() {
    Map<String, Object> row =
        Map.of("instruction", "The sky is", "input", "", "chosen", "blue.", "rejected", "green.");
    assertChat(example(row));
    assertThat(example(RowForm.TEXT, row).messages()).isEmpty();
  }

  /** Also where the prompt is there once more, as in HuggingFaceH4/ultrafeedback_binarized. */
  @Test
  void findsThePromptOfTwoConversations() {
    List<Map<String, String>> chosen =
        List.of(turn("user", "The sky is"), turn("assistant", "blue."));
    List<Map<String, String>> rejected =
        List.of(turn("user", "The sky is"), turn("assistant", "green."));
    assertChat(example(Map.of("chosen", chosen, "rejected", rejected)));
    assertChat(example(Map.of("prompt", "The sky is", "chosen", chosen, "rejected", rejected)));
  }

  /** As TRL's extract_prompt: a space in front of the difference belongs to the answers. */
  @Test
  void findsThePromptOfTwoTexts() {
    Example example =
        example(Map.of("chosen", "The sky is blue.", "rejected", "The sky is green."));
    assertThat(example.prompt()).isEqualTo("The sky is");
    assertThat(example.choices()).containsExactly(" blue.", " green.");
  }

  @Test
  void refusesWhatPrefersNothing() {
    refused(Map.of("prompt", "a", "chosen", "b", "rejected", "b"), "t:1", "say the same");
    refused(Map.of("prompt", "a", "chosen", "b"), "t:1", "'rejected'");
    refused(Map.of("chosen", "blue", "rejected", "green"), "begin alike");
    refused(
        Map.of(
            "chosen",
            List.of(turn("user", "a"), turn("assistant", "b")),
            "rejected",
            List.of(turn("user", "c"), turn("assistant", "d"))),
        "differ in the last turn");
    refused(
        Map.of("prompt", "a", "chosen", List.of(turn("user", "b")), "rejected", "c"),
        "'chosen' has 1 turns");
    refused(Map.of("chosen", from("gpt", "a"), "rejected", from("gpt", "b")), "nothing is asked");
  }

  private static void refused(Map<String, Object> fields, String... parts) {
    assertThatThrownBy(() -> example(fields))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(parts);
  }
}
