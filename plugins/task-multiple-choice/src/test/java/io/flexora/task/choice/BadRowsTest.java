package io.flexora.task.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.task.PredictionTask;
import io.flexora.api.task.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadRowsTest {
  private static final Map<String, Object> ARC =
      Map.of(
          "question",
          "Which is a metal?",
          "choices",
          Map.of("text", List.of("wood", "iron", "wool"), "label", List.of("A", "B", "C")),
          "answerKey",
          "B");

  private static Example asked(String task, Map<String, Object> fields) {
    Task made = References.task(task, References.first(0));
    List<Row> rows = List.of(new Row("pond.jsonl:7", fields));
    return made.examples(Map.of(Split.TEST, rows)).of(Split.TEST).get(0);
  }

  private static Map<String, Object> changed(
      Map<String, Object> fields, String name, Object value) {
    Map<String, Object> changed = new HashMap<>(fields);
    changed.put(name, value);
    return changed;
  }

  private static Task templates(String text, List<String> choices, String target) {
    return templates(text, choices, target, Optional.empty());
  }

  private static Task templates(
      String text, List<String> choices, String target, Optional<String> field) {
    return new MultipleChoiceTask(
        new ChoiceOptions(
            Optional.empty(),
            Optional.of(text),
            Optional.of(choices),
            Optional.of(target),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            field),
        References.SEEDS,
        notice -> {});
  }

  @Test
  void theTargetIsANumberOrATextOfTheRow() {
    Task task = templates("How many?", List.of("few", "many"), "0", Optional.of("stars"));
    assertThat(target(task, Map.of("stars", 3L))).contains(new Target.Numeric(3));
    assertThat(target(task, Map.of("stars", "3"))).contains(new Target.Text("3"));
    assertThat(target(templates("How many?", List.of("few", "many"), "0"), Map.of("stars", 3L)))
        .isEmpty();
    refused(task, Map.of("star", 3L), "no field 'stars' for its target; it has star");
    refused(task, Map.of("stars", List.of(3L)), "target field 'stars'", "a number or a text");
  }

  private static Optional<Target> target(Task task, Map<String, Object> fields) {
    Map<Split, List<Row>> rows = Map.of(Split.TEST, List.of(new Row("pond.jsonl:7", fields)));
    return task.examples(rows).of(Split.TEST).get(0).target();
  }

  private static void refused(Task task, Map<String, Object> fields, String... parts) {
    Map<Split, List<Row>> rows = Map.of(Split.TEST, List.of(new Row("pond.jsonl:7", fields)));
    assertThatThrownBy(() -> task.examples(rows))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("row pond.jsonl:7")
        .hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @CsvSource({"B,1", "2,1", "' C',2", "1,0"})
  void takesLettersAndNumbersForOneAnother(String answer, int index) {
    assertThat(asked("arc_easy", changed(ARC, "answerKey", answer)).label()).isEqualTo(index);
  }

  @Test
  void takesTheOtherFormsOfChoices() {
    List<Object> pairs =
        List.of(Map.of("text", "wood", "label", "1"), Map.of("text", "iron", "label", "2"));
    assertThat(asked("arc_easy", changed(ARC, "choices", pairs)).choices())
        .containsExactly("wood", "iron");
    assertThat(asked("arc_easy", changed(ARC, "choices", List.of("a", "b"))).label()).isEqualTo(1);
  }

  @Test
  void namesTheRowTheFieldAndTheValueOfAWrongAnswer() {
    refused(
        References.task("arc_easy", References.first(0)),
        changed(ARC, "answerKey", "F"),
        "'answerKey'",
        "'F'",
        "A, B, C");
    Map<String, Object> race =
        Map.of("article", "x", "question", "y", "options", List.of("a", "b", "c", "d"));
    refused(
        References.task("race", References.first(0)),
        changed(race, "answer", "F"),
        "'answer'",
        "'F'",
        "A to D");
    Map<String, Object> piqa = Map.of("goal", "x", "sol1", "a", "sol2", "b");
    for (Object label : List.of(-1, 2, "2", 0.5, "left")) {
      refused(
          References.task("piqa", References.first(0)),
          changed(piqa, "label", label),
          "'label'",
          "'" + label + "'",
          "0 to 1");
    }
  }

  @Test
  void namesTheNearestFieldWhereOneIsMissing() {
    refused(
        References.task("piqa", References.first(0)),
        Map.of("gaol", "x", "sol1", "a", "sol2", "b", "label", 0),
        "no field 'goal'",
        "did you mean 'gaol'?");
    refused(
        templates("{{goal}}", List.of("a", "b"), "label"),
        Map.of("gaol", "x", "label", 0),
        "doc_to_text",
        "line 1",
        "'goal' is undefined",
        "did you mean 'gaol'?");
    refused(
        templates("{{gaol}}", List.of("a", "b"), "lable"),
        Map.of("gaol", "x", "label", 0),
        "no field 'lable'",
        "did you mean 'label'?");
  }

  @Test
  void printsWhatIsNullAsPythonDoes() {
    Map<String, Object> fields = changed(Map.of("label", 0), "hint", null);
    Task task =
        templates("{{hint}}{{ ' is nothing' if hint is none }}", List.of("a", "b"), "label");
    List<Row> rows = List.of(new Row("pond.jsonl:7", fields));
    assertThat(task.examples(Map.of(Split.TEST, rows)).of(Split.TEST).get(0).prompt())
        .isEqualTo("None is nothing");
    refused(templates("hint", List.of("a", "b"), "label"), fields, "doc_to_text (hint) gives null");
    refused(
        templates("q?", List.of("a", "b"), "hint"), fields, "doc_to_target (hint) gives 'null'");
  }

  @Test
  void refusesWhatIsNoChoice() {
    refused(
        templates("{{x}}", List.of("a", "b"), "{{y}}"),
        Map.of("x", "x", "y", "c"),
        "doc_to_target",
        "'c'",
        "[a, b]");
    refused(
        templates("{{x}}", List.of("{{x}}"), "{{y}}"),
        Map.of("x", "x", "y", "c"),
        "doc_to_choice",
        "no list");
    refused(
        References.task("winogrande", References.first(0)),
        Map.of("sentence", "no blank", "option1", "a", "option2", "b", "answer", "1"),
        "'sentence'",
        "a blank '_'");
    refused(
        References.task("commonsense_qa", References.first(0)), ARC, "'choices'", "five choices");
  }

  @Test
  void saysHowToLeaveOutQuestionsWithoutFourChoices() {
    Task task = References.task("laplace_arc_easy", References.first(0));
    String leftOut = "where: len(choices.text) = 4";
    refused(task, ARC, "'choices' has 3 texts", leftOut);
    List<String> five = List.of("wood", "iron", "wool", "milk", "ice");
    refused(task, changed(ARC, "choices", five), "'choices' has 5 texts", leftOut);
  }

  @Test
  void takesTheChoicesOfAQuestionWithoutItsRightAnswer() {
    PredictionTask sciq = (PredictionTask) References.task("sciq", References.first(0));
    Map<String, Object> question = Map.of("question", "q", "choices", List.of("a", "b", "c"));

    assertThat(sciq.questions(List.of(new Row("pond.jsonl:7", question)), Head.NONE))
        .extracting(Example::prompt, Example::choices)
        .containsExactly(tuple("Question: q\nAnswer:", List.of("a", "b", "c")));
    assertThatThrownBy(
            () ->
                sciq.questions(
                    List.of(new Row("pond.jsonl:7", Map.of("question", "q"))), Head.NONE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll("pond.jsonl:7", "'choices'");
    refused(sciq, question, "'distractor1'");
  }

  @Test
  void leavesOutTheSupportAndTheLabelThatARowLacks() {
    assertThat(
            asked(
                    "sciq",
                    Map.of(
                        "question",
                        "q",
                        "distractor1",
                        "a",
                        "distractor2",
                        "b",
                        "distractor3",
                        "c",
                        "correct_answer",
                        "d"))
                .prompt())
        .isEqualTo("Question: q\nAnswer:");
    assertThat(
            asked(
                    "hellaswag",
                    Map.of(
                        "ctx_a", "A man rows.", "endings", List.of("He wins.", "b"), "label", "1"))
                .prompt())
        .isEqualTo("A man rows.");
  }
}
