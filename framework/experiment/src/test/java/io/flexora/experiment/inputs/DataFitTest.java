package io.flexora.experiment.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.task.Examples;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DataFitTest {

  private static final List<String> FRUIT = List.of("apple", "pear");

  private final Map<Split, List<Row>> rows = new EnumMap<>(Split.class);

  DataFitTest() {
    rows.put(Split.TRAIN, rows("x:1", "x:2"));
    rows.put(Split.VALIDATION, List.of());
    rows.put(Split.TEST, rows("x:3"));
  }

  private static List<Row> rows(String... origins) {
    return Stream.of(origins).map(origin -> new Row(origin, Map.of())).toList();
  }

  @Test
  void takesRowsAndExamplesThatKeepTheContracts() {
    assertThat(DataFit.requireRows("d", rows)).isSameAs(rows);
    Examples classified = examples(FRUIT, List.of(example("x:1", FRUIT), example("x:2", FRUIT)));
    assertThat(DataFit.requireExamples("t", rows, classified)).isSameAs(classified);
    Examples judged =
        examples(
            List.of(), List.of(example("x:1", List.of("1", "1")), example("x:2", List.of("2"))));
    assertThat(DataFit.requireExamples("t", rows, judged)).isSameAs(judged);
  }

  @Test
  void takesFewerExamplesWhereTheTaskListsTheRowsThatItLeftOut() {
    Examples one = examples(FRUIT, List.of(example("x:2", FRUIT)));
    Examples fewer = new Examples(one.head(), one.splits(), Set.of("x:1"));
    assertThat(DataFit.requireExamples("t", rows, fewer)).isSameAs(fewer);
    assertThat(DataFit.kept(rows.get(Split.TRAIN), fewer))
        .extracting(Row::origin)
        .containsExactly("x:2");
    refuses(new Examples(one.head(), one.splits(), Set.of("x:2")), "example 'x:2' of row 'x:1'");
  }

  @Test
  void refusesRowsThatAreMissing() {
    refusesRows(null, "dataset 'd' returned no rows, not even empty splits");
    rows.remove(Split.VALIDATION);
    refusesRows(rows, "dataset 'd' returned no list of validation rows");
  }

  @Test
  void refusesOriginsThatNameNoRowOrTwo() {
    rows.put(Split.TEST, rows("x:3", "x:3"));
    refusesRows(rows, "two test rows of the origin 'x:3'");
    rows.put(Split.TEST, rows("x:2"));
    refusesRows(rows, "row 'x:2' among the training rows and among the test rows");
    rows.put(Split.TEST, List.of(new Row(null, Map.of())));
    refusesRows(rows, "a test row without an origin");
  }

  @Test
  void refusesAnotherExampleThanThatOfEachRow() {
    refuses(null, "task 't' returned no examples");
    refuses(
        examples(List.of(), List.of(example("x:1", FRUIT))),
        "task 't' made 1 examples of 2 training rows");
    refuses(
        examples(List.of(), List.of(example("x:2", FRUIT), example("x:1", FRUIT))),
        "task 't' made example 'x:2' of row 'x:1'");
    refuses(
        examples(List.of(), Arrays.asList(example("x:1", FRUIT), null)),
        "task 't' made nothing of row 'x:2'");
  }

  @Test
  void refusesClassesThatAreNotTheChoices() {
    List<String> twice = List.of("apple", "apple");
    refuses(
        examples(twice, List.of(example("x:1", twice), example("x:2", twice))),
        "task 't' has the class 'apple' twice");
    List<String> reversed = List.of("pear", "apple");
    refuses(
        examples(FRUIT, List.of(example("x:1", FRUIT), example("x:2", reversed))),
        "task 't' gave example 'x:2' the choices [pear, apple]");
  }

  private static void refusesRows(Map<Split, List<Row>> loaded, String why) {
    assertThatThrownBy(() -> DataFit.requireRows("d", loaded))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(why);
  }

  private void refuses(Examples made, String why) {
    assertThatThrownBy(() -> DataFit.requireExamples("t", rows, made))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(why);
  }

  private static Examples examples(List<String> classes, List<Example> training) {
    return new Examples(
        classes,
        Map.of(
            Split.TRAIN, training,
            Split.VALIDATION, List.of(),
            Split.TEST, List.of(example("x:3", FRUIT))));
  }

  private static Example example(String id, List<String> choices) {
    return new Example(id, "q", choices, 0);
  }
}
