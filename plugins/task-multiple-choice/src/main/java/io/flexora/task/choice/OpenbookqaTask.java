package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code openbookqa} of lm-evaluation-harness. */
@Doc("OpenBookQA: finish a statement of elementary science.")
final class OpenbookqaTask extends NamedTask {

  @Inject
  OpenbookqaTask(ShotOptions options, Seeds seeds) {
    super(options, seeds, Templates.of("question_stem", "texts"));
  }

  @Override
  void fill(Fields fields) {
    Labels.Choices choices = Labels.Choices.of(fields);
    fields.texts("question_stem").put("texts", choices.texts()).put("gold", choices.right(fields));
  }
}
