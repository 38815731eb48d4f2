package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code sciq} of lm-evaluation-harness. */
@Doc("SciQ: answer an exam question of science; a row without support has no passage.")
final class SciqTask extends NamedTask {

  @Inject
  SciqTask(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.of(
            "{% if support is not none %}{{support.lstrip()}}\n{% endif %}Question: {{question}}\nAnswer:",
            "{{[distractor1, distractor2, distractor3, correct_answer]}}"));
  }

  @Override
  void fill(Fields fields) {
    fields
        .texts("question", "distractor1", "distractor2", "distractor3", "correct_answer")
        .put("support", fields.optionalText("support").orElse(null))
        .put("gold", 3);
  }
}
