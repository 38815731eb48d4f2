package io.flexora.task.choice;

import io.flexora.api.data.Example;
import io.flexora.api.data.Examples;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes the examples of a task from its templates. */
final class ChoiceExamples {
  private static final List<Split> BY_TRUST = List.of(Split.TEST, Split.VALIDATION, Split.TRAIN);

  private final Templates templates;
  private final Function<Row, Map<String, ?>> document;
  private final Shots shots;
  private final Optional<String> target;

  /**
   * Takes a task's parts.
   *
   * @param document what the templates see of a row
   * @param target the field that holds the target
   */
  ChoiceExamples(
      Templates templates,
      Function<Row, Map<String, ?>> document,
      Shots shots,
      Optional<String> target) {
    this.templates = templates;
    this.document = document;
    this.shots = shots;
    this.target = target;
  }

  Examples of(Map<Split, List<Row>> rows) {
    boolean prompts = hasPrompts(rows);
    List<Row> pool = shots.pool(rows.getOrDefault(Split.TRAIN, List.of()));
    List<String> answered = pool.stream().map(r -> question(r, prompts).answered()).toList();
    Map<Split, List<Example>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Row> ofSplit = rows.getOrDefault(split, List.of());
      splits.put(
          split,
          ofSplit.stream()
              .map(
                  row ->
                      withTarget(
                          row,
                          question(row, prompts)
                              .example(
                                  row.origin(),
                                  split == Split.TEST
                                      ? shots.of(row, pool, answered, templates.fewshotDelimiter())
                                      : "")))
              .toList());
    }
    return new Examples(List.of(), splits);
  }

  private Example withTarget(Row row, Example example) {
    return target.map(field -> example.withTarget(Target.ofField(row, field))).orElse(example);
  }

  private Question question(Row row, boolean prompts) {
    return templates.question(row, document.apply(row), prompts);
  }

  /** As the harness does, the first row tells it for all. */
  private boolean hasPrompts(Map<Split, List<Row>> rows) {
    for (Split split : BY_TRUST) {
      List<Row> ofSplit = rows.getOrDefault(split, List.of());
      if (!ofSplit.isEmpty()) {
        return templates.hasPrompts(ofSplit.get(0), document.apply(ofSplit.get(0)));
      }
    }
    return false;
  }
}
