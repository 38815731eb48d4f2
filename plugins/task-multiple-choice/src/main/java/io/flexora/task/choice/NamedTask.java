package io.flexora.task.choice;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import io.flexora.api.run.Seeds;
import io.flexora.api.task.Examples;
import io.flexora.api.task.PredictionTask;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A task whose templates are published: the harness's of the same name, or a paper's. */
abstract class NamedTask implements PredictionTask {
  private final ChoiceExamples examples;

  NamedTask(ShotOptions options, Seeds seeds, Templates templates) {
    Shots shots = new Shots(options.fewshot(), options.fewshotSampler(), seeds);
    this.examples = new ChoiceExamples(templates, this::document, shots, Optional.empty());
  }

  @Override
  public final Examples examples(Map<Split, List<Row>> rows) {
    return examples.of(rows);
  }

  @Override
  public final List<Example> questions(List<Row> rows, Head head) {
    return examples.questions(rows);
  }

  private Map<String, ?> document(Row row, boolean answered) {
    KnownFields fields = new KnownFields(row, answered);
    fill(fields);
    return fields.taken();
  }

  /** Takes what the templates use; {@code gold} is the index of the right choice. */
  abstract void fill(KnownFields fields);
}
