package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import io.flexora.api.task.Task;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Checks a task on rows with a {@code text} and a {@code label}, or on rows of the author's own.
 *
 * @since 0.1
 */
public abstract class TaskSuite extends ExtensionSuite<Task> {

  private static final List<String> LABELS = List.of("pear", "apple", "plum");

  /** For subclasses. */
  protected TaskSuite() {
    super(Task.class);
  }

  /** Rows that the task, as it is configured, can use; at least two training rows. */
  protected Map<Split, List<Row>> rows() {
    Map<Split, List<Row>> rows = new EnumMap<>(Split.class);
    rows.put(Split.TRAIN, rows("train", 9));
    rows.put(Split.VALIDATION, rows("validation", 4));
    rows.put(Split.TEST, rows("test", 5));
    return rows;
  }

  private static List<Row> rows(String split, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Row(
                    split + ".jsonl:" + (i + 1),
                    Map.of("text", "fruit " + i, "label", LABELS.get(i % LABELS.size()))))
        .toList();
  }

  @Test
  void makesOneExampleOfEachRowInOrder() {
    Examples examples = extension().examples(rows());
    assertThat(examples.splits())
        .as("splits of the examples of %s", name())
        .containsOnlyKeys(Split.values());
    for (Split split : Split.values()) {
      assertThat(examples.of(split))
          .extracting(Example::id)
          .as("ids of the %s examples of %s: the origins of the rows, in order", split, name())
          .isEqualTo(rows().get(split).stream().map(Row::origin).toList());
    }
  }

  @Test
  void makesTheSameExamplesAgain() {
    assertThat(extension().examples(rows()))
        .as("examples of %s made again", name())
        .isEqualTo(extension().examples(rows()));
  }

  @Test
  void asksSomethingAndOffersAnswers() {
    for (Split split : Split.values()) {
      assertThat(extension().examples(rows()).of(split))
          .as(
              "%s examples of %s: with a prompt, and a label that is one of the choices, or a target",
              split, name())
          .allMatch(e -> !e.prompt().isBlank())
          .allMatch(
              e ->
                  e.choices().isEmpty()
                      ? e.target().isPresent()
                      : e.label() >= 0 && e.label() < e.choices().size());
    }
  }

  @Test
  void offersTheClassesToEachExample() {
    Examples examples = extension().examples(rows());
    if (!examples.classes().isEmpty()) {
      assertThat(examples.classes()).as("classes of %s", name()).doesNotHaveDuplicates();
      assertThat(examples.splits().values().stream().flatMap(List::stream))
          .as("choices of the examples of %s: its classes", name())
          .allMatch(e -> e.choices().equals(examples.classes()));
    }
  }

  /** The fields of a row that hold its answer, which a question does without. */
  protected List<String> answerFields() {
    return List.of("label");
  }

  /**
   * Makes the task that is asked about rows without their answers. Override it only where the task,
   * as it is configured, puts training rows in front of a question, which a prediction has not.
   *
   * @param seed the seed of the run
   */
  protected Task askedTask(long seed) {
    return extension(seed);
  }

  @Test
  void asksTheSameOfRowsWithoutTheirAnswers() {
    if (!(askedTask(SEED) instanceof PredictionTask task)) {
      return;
    }
    Examples examples = task.examples(rows());
    List<Row> rows =
        rows().get(Split.VALIDATION).stream().map(row -> without(row, answerFields())).toList();
    assertThat(task.questions(rows, examples.head()))
        .as("questions of %s: the examples of the same rows with the label 0", name())
        .extracting(Example::id, Example::prompts, Example::choices, Example::label)
        .isEqualTo(
            examples.of(Split.VALIDATION).stream()
                .map(e -> tuple(e.id(), e.prompts(), e.choices(), 0))
                .toList());
    task.textField()
        .ifPresent(
            field ->
                assertThat(
                        task.questions(
                            rows.stream()
                                .map(
                                    row ->
                                        new Row(
                                            row.origin(), Map.of(field, row.fields().get(field))))
                                .toList(),
                            examples.head()))
                    .as("questions of %s of the field '%s' alone", name(), field)
                    .isEqualTo(task.questions(rows, examples.head())));
  }

  private static Row without(Row row, List<String> fields) {
    Map<String, Object> left = new HashMap<>(row.fields());
    fields.forEach(left::remove);
    return new Row(row.origin(), left);
  }

  @Test
  void acceptsASplitWithoutRows() {
    Map<Split, List<Row>> rows = new EnumMap<>(rows());
    rows.put(Split.TEST, List.of());
    assertThat(extension().examples(rows).of(Split.TEST))
        .as("examples that %s makes of no rows", name())
        .isEmpty();
  }

  @Test
  void namesTheRowThatLacksAField() {
    namesTheRow("without", Map::remove);
  }

  @Test
  void namesTheRowWithAFieldThatIsNull() {
    namesTheRow("with nothing in", (fields, field) -> fields.put(field, null));
  }

  private void namesTheRow(String how, BiConsumer<Map<String, Object>, String> change) {
    for (String field : rows().get(Split.TRAIN).get(1).fields().keySet()) {
      Map<Split, List<Row>> rows = changed(fields -> change.accept(fields, field));
      String origin = rows.get(Split.TRAIN).get(1).origin();
      try {
        extension().examples(rows);
      } catch (FlexoraException e) {
        assertThat(e.getMessage())
            .as("message of %s for a row %s '%s': names its origin", name(), how, field)
            .contains(origin);
      } catch (RuntimeException e) {
        throw new AssertionError(
            "%s throws %s for row %s %s the field '%s'; throw a FlexoraException that names both"
                .formatted(name(), e, origin, how, field),
            e);
      }
    }
  }

  private Map<Split, List<Row>> changed(Consumer<Map<String, Object>> change) {
    Map<Split, List<Row>> rows = new EnumMap<>(rows());
    List<Row> training = new ArrayList<>(rows.get(Split.TRAIN));
    Map<String, Object> fields = new HashMap<>(training.get(1).fields());
    change.accept(fields);
    training.set(1, new Row(training.get(1).origin(), fields));
    rows.put(Split.TRAIN, training);
    return rows;
  }
}
