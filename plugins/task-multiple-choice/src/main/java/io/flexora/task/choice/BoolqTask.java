package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;

/** The task {@code boolq} of lm-evaluation-harness. */
@Doc("BoolQ: answer a question about a passage by yes or no.")
final class BoolqTask extends NamedTask {

  @Inject
  BoolqTask(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.of("{{passage}}\nQuestion: {{question}}?\nAnswer:", List.of("no", "yes")));
  }

  @Override
  void fill(Fields fields) {
    String answer = fields.nameOf("label", "answer");
    fields.texts("passage", "question").put("gold", Labels.number(fields, answer, 0, 2));
  }
}
