package io.flexora.task.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import io.flexora.api.data.TextTemplate;
import io.flexora.api.head.Head;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.task.Examples;
import io.flexora.task.classification.ClassificationTaskOptions.Unknown;
import io.flexora.task.classification.ClassificationTaskOptions.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassificationTaskTest {
  private static Row row(String origin, String gloss, Object sense) {
    return new Row(origin, Map.of("gloss", gloss, "sense", sense, "lemmas", List.of("a", "b")));
  }

  private static ClassificationTaskOptions options(
      String text, String label, Optional<List<String>> classes, Optional<String> target) {
    return new ClassificationTaskOptions(
        text, Optional.empty(), label, classes, Unknown.ERROR, target, Weights.NONE);
  }

  private static ClassificationTask task(ClassificationTaskOptions options) {
    return new ClassificationTask(
        options,
        sentence -> {
          throw new AssertionError(sentence);
        });
  }

  private static ClassificationTask dropping(List<String> notices) {
    return new ClassificationTask(
        new ClassificationTaskOptions(
            "gloss",
            Optional.empty(),
            "sense",
            Optional.empty(),
            Unknown.DROP,
            Optional.empty(),
            Weights.NONE),
        notices::add);
  }

  private static Examples examples(String text, Optional<List<String>> classes, Row... test) {
    List<Row> training =
        List.of(
            row("t:1", "a tree", "plant"), row("t:2", "a dog", "animal"), row("t:3", "x", "act"));
    return task(options(text, "sense", classes, Optional.empty()))
        .examples(
            Map.of(Split.TRAIN, training, Split.VALIDATION, List.of(), Split.TEST, List.of(test)));
  }

  @Test
  void sortsTheClassesOfTheTrainingRows() {
    Examples examples = examples("gloss", Optional.empty(), row("s:1", "a cat", "animal"));
    assertThat(examples.classes()).containsExactly("act", "animal", "plant");
    assertThat(examples.of(Split.TRAIN)).extracting(Example::label).containsExactly(2, 1, 0);
    assertThat(examples.of(Split.VALIDATION)).isEmpty();
    assertThat(examples.of(Split.TEST))
        .containsExactly(new Example("s:1", "a cat", List.of("act", "animal", "plant"), 1));
  }

  @Test
  void keepsTheOrderOfExplicitClasses() {
    Examples examples = examples("gloss", Optional.of(List.of("plant", "animal", "act", "food")));
    assertThat(examples.classes()).containsExactly("plant", "animal", "act", "food");
    assertThat(examples.of(Split.TRAIN)).extracting(Example::label).containsExactly(0, 1, 2);
  }

  @Test
  void fillsATemplateFromSeveralFields() {
    Examples examples = examples("{ lemmas }: {gloss} {{{sense}}}", Optional.empty());
    assertThat(examples.of(Split.TRAIN).get(0).prompt()).isEqualTo("a, b: a tree {plant}");
  }

  @Test
  void readsNumbersAndBooleansAsClasses() {
    List<Row> training = List.of(row("t:1", "yes", true), row("t:2", "no", false));
    Examples examples =
        task(options("gloss", "sense", Optional.empty(), Optional.empty()))
            .examples(Map.of(Split.TRAIN, training));
    assertThat(examples.classes()).containsExactly("false", "true");
  }

  @Test
  void aTextHasOneClass() {
    Examples examples = examples("gloss", Optional.empty(), row("s:1", "a cat", List.of("animal")));
    assertThat(examples.of(Split.TEST).get(0).label()).isEqualTo(1);
    for (List<String> labels : List.of(List.of("plant", "animal"), List.<String>of())) {
      assertThatThrownBy(() -> examples("gloss", Optional.empty(), row("s:1", "a cat", labels)))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("row s:1")
          .hasMessageContaining("field 'sense' should be one class, not '" + labels + "'");
    }
  }

  @Test
  void refusesSeveralLabelsOfATrainingRow() {
    List<Row> training =
        List.of(row("t:1", "x", "a"), row("t:2", "y", "b"), row("t:3", "z", List.of("a", "b")));
    ClassificationTaskOptions options =
        options("gloss", "sense", Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> task(options).examples(Map.of(Split.TRAIN, training)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("row t:3: field 'sense' should be one class, not '[a, b]'");
  }

  @Test
  void takesTheTargetFromItsField() {
    Map<Split, List<Row>> rows =
        Map.of(
            Split.TRAIN,
            List.of(
                new Row("t:1", Map.of("text", "a", "label", "bad", "stars", 1.5)),
                new Row("t:2", Map.of("text", "b", "label", "good", "stars", 4))));
    ClassificationTaskOptions options =
        options("text", "label", Optional.empty(), Optional.of("stars"));
    assertThat(task(options).examples(rows).of(Split.TRAIN))
        .extracting(example -> example.target().orElseThrow())
        .containsExactly(new Target.Numeric(1.5), new Target.Numeric(4));
  }

  @Test
  void namesTheRowOfAnUnseenClass() {
    assertThatThrownBy(
            () -> examples("gloss", Optional.empty(), row("test.jsonl:17", "fog", "weather")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("test.jsonl:17 (test)")
        .hasMessageContaining("'weather'")
        .hasMessageContaining("act, animal, plant");
  }

  @Test
  void leavesRowsOfUnseenClassesOutOnRequestAndCountsThem() {
    List<String> notices = new ArrayList<>();
    Examples examples =
        dropping(notices)
            .examples(
                Map.of(
                    Split.TRAIN,
                    List.of(row("t:1", "a tree", "plant"), row("t:2", "a dog", "animal")),
                    Split.VALIDATION,
                    List.of(row("v:1", "a cat", "animal")),
                    Split.TEST,
                    List.of(
                        row("s:1", "fog", "weather"),
                        row("s:2", "a fern", "plant"),
                        row("s:3", "rain", "weather"),
                        row("s:4", "run", "act"))));

    assertThat(examples.classes()).containsExactly("animal", "plant");
    assertThat(examples.of(Split.TEST)).extracting(Example::id).containsExactly("s:2");
    assertThat(examples.leftOut()).containsExactlyInAnyOrder("s:1", "s:3", "s:4");
    assertThat(examples.of(Split.VALIDATION)).hasSize(1);
    assertThat(notices)
        .containsExactly(
            "'unknown_classes: drop' left out 3 of 4 test rows, by class: act 1, weather 2");
  }

  @Test
  void refusesToLeaveAllRowsOfASplitOut() {
    assertThatThrownBy(
            () ->
                dropping(new ArrayList<>())
                    .examples(
                        Map.of(
                            Split.TRAIN,
                            List.of(row("t:1", "a tree", "plant"), row("t:2", "a dog", "animal")),
                            Split.TEST,
                            List.of(row("s:1", "fog", "weather")))))
        .isInstanceOf(IncompatibleOptionException.class)
        .hasMessageContaining(
            "all 1 test rows are of unknown classes (weather 1), so none is left");
  }

  @Test
  void listsAFewOfManyClasses() {
    assertThatThrownBy(() -> withClasses(12, 3))
        .hasMessage(
            "row s:1 (test): class 'new' of field 'label' has no training row; known are c100,"
                + " c101, c102, c103, c104, c105, c106, c107, c108, c109 and 2 more. Add training"
                + " rows of that class, name all classes in 'classes', or leave such rows out by"
                + " 'unknown_classes: drop'");
  }

  @Test
  void asksForTheFieldWhereNearlyEachRowHasAClassOfItsOwn() {
    assertThatThrownBy(() -> withClasses(50, 1))
        .hasMessage(
            "row s:1 (test): class 'new' of field 'label' has no training row. Is 'label' the field"
                + " with the class? Its 50 training rows have 50 classes. If it is, name all"
                + " classes in 'classes'");
  }

  @Test
  void cutsALongClass() {
    assertThatThrownBy(
            () -> examples("gloss", Optional.empty(), row("s:1", "fog", "x".repeat(500))))
        .hasMessageContaining("class '" + "x".repeat(40) + "...'")
        .hasMessageNotContaining("x".repeat(41));
  }

  private static Examples withClasses(int classes, int rowsOfEach) {
    List<Row> training =
        IntStream.range(0, classes * rowsOfEach)
            .mapToObj(
                i -> new Row("t:" + i, Map.of("text", "a", "label", "c" + (100 + i % classes))))
            .toList();
    List<Row> test = List.of(new Row("s:1", Map.of("text", "a", "label", "new")));
    return task(options("text", "label", Optional.empty(), Optional.empty()))
        .examples(Map.of(Split.TRAIN, training, Split.TEST, test));
  }

  @Test
  void namesTheRowAndItsFieldsWhereAFieldIsMissing() {
    assertThatThrownBy(() -> examples("{gloss} {glos}", Optional.empty()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("row t:1 has no field 'glos'; its fields are 'gloss', 'lemmas', 'sense'");
  }

  @Test
  void refusesTemplatesWithALoneBrace() {
    for (String template : List.of("{gloss", "gloss}", "{}: {gloss}", "{a{b}}")) {
      assertThatThrownBy(() -> TextTemplate.parse("text", template))
          .as(template)
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("stands alone");
    }
  }

  @Test
  void refusesClassListsThatCannotBeLearned() {
    assertThatThrownBy(() -> examples("gloss", Optional.of(List.of("act", "plant", "act"))))
        .hasMessageContaining("'act' twice");
    assertThatThrownBy(() -> examples("gloss", Optional.of(List.of("act"))))
        .hasMessageContaining("at least two classes");
  }

  @Test
  void refusesEmptyTexts() {
    assertThatThrownBy(() -> examples("gloss", Optional.empty(), row("s:1", " ", "act")))
        .hasMessageContaining("row s:1")
        .hasMessageContaining("is empty");
  }

  @Test
  void balancedWeightsAreThoseOfScikitLearn() {
    List<Row> training =
        List.of(
            row("t:1", "a", "x"), row("t:2", "b", "x"), row("t:3", "c", "x"), row("t:4", "d", "y"));
    Examples examples =
        task(new ClassificationTaskOptions(
                "gloss",
                Optional.of("{sense} of {gloss}"),
                "sense",
                Optional.empty(),
                Unknown.ERROR,
                Optional.empty(),
                Weights.BALANCED))
            .examples(Map.of(Split.TRAIN, training));
    assertThat(examples.head().target(examples.of(Split.TRAIN).get(0)))
        .containsExactly(0, 4 / (2.0 * 3));
    assertThat(examples.head().target(examples.of(Split.TRAIN).get(3)))
        .containsExactly(1, 4 / (2.0 * 1));
    assertThat(Head.Saved.of(examples.head()).restored()).isEqualTo(examples.head());
    assertThat(examples.of(Split.TRAIN).get(3).second()).hasValue("y of d");
  }
}
