package io.flexora.task.choice;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.data.Target;
import io.flexora.api.task.Examples;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the examples of a task from its templates. */
final class ChoiceExamples {
  private static final List<Split> BY_TRUST = List.of(Split.TEST, Split.VALIDATION, Split.TRAIN);

  private final Templates templates;
  private final Document document;
  private final Shots shots;
  private final Optional<String> target;

  /** The variables that templates see of a row. */
  interface Document {

    /**
     * The fields.
     *
     * @param answered whether the right choice is one of them
     */
    Map<String, ?> of(Row row, boolean answered);
  }

  /**
   * Takes a task's parts.
   *
   * @param document what the templates see of a row
   * @param target the field that holds the target
   */
  ChoiceExamples(Templates templates, Document document, Shots shots, Optional<String> target) {
    this.templates = templates;
    this.document = document;
    this.shots = shots;
    this.target = target;
  }

  Examples of(Map<Split, List<Row>> rows) {
    boolean prompts = hasPrompts(rows);
    List<Row> pool = shots.pool(rows.getOrDefault(Split.TRAIN, List.of()));
    List<String> answered = pool.stream().map(r -> question(r, prompts, true).answered()).toList();
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
                          question(row, prompts, true)
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

  /** The questions of rows whose right choices are not known. */
  List<Example> questions(List<Row> rows) {
    shots.requireOwn();
    List<Row> pool = shots.pool(List.of());
    boolean prompts =
        !rows.isEmpty() && templates.hasPrompts(rows.get(0), document.of(rows.get(0), false));
    List<String> answered = pool.stream().map(r -> question(r, prompts, true).answered()).toList();
    return rows.stream()
        .map(
            row ->
                question(row, prompts, false)
                    .example(
                        row.origin(), shots.of(row, pool, answered, templates.fewshotDelimiter())))
        .toList();
  }

  private Question question(Row row, boolean prompts, boolean answered) {
    return templates.question(row, document.of(row, answered), prompts, answered);
  }

  /** As the harness does, the first row tells it for all. */
  private boolean hasPrompts(Map<Split, List<Row>> rows) {
    for (Split split : BY_TRUST) {
      List<Row> ofSplit = rows.getOrDefault(split, List.of());
      if (!ofSplit.isEmpty()) {
        return templates.hasPrompts(ofSplit.get(0), document.of(ofSplit.get(0), true));
      }
    }
    return false;
  }
}
