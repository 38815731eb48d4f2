package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code piqa} of lm-evaluation-harness. */
@Doc("PIQA: choose the solution that reaches a goal in the physical world.")
final class PiqaTask extends NamedTask {

  @Inject
  PiqaTask(ShotOptions options, Seeds seeds) {
    super(options, seeds, Templates.of("Question: {{goal}}\nAnswer:", "{{[sol1, sol2]}}"));
  }

  @Override
  void fill(Fields fields) {
    fields.texts("goal", "sol1", "sol2").put("gold", Labels.number(fields, "label", 0, 2));
  }
}
