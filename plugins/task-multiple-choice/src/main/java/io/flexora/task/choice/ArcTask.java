package io.flexora.task.choice;

import io.flexora.api.run.Seeds;

/** The questions of ARC, of which both of its tasks are. */
abstract class ArcTask extends NamedTask {
  ArcTask(ShotOptions options, Seeds seeds) {
    super(options, seeds, Templates.of("Question: {{question}}\nAnswer:", "texts"));
  }

  @Override
  final void fill(Fields fields) {
    Labels.Choices choices = Labels.Choices.of(fields);
    fields.texts("question").put("texts", choices.texts()).put("gold", choices.right(fields));
  }
}
