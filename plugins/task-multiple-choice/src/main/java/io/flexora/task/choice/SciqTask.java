package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;

/** The task {@code sciq} of lm-evaluation-harness. */
@Doc(
    "SciQ: answer an exam question of science; a row without support has no passage. A row to predict"
        + " may have the list choices in place of its distractors and correct_answer.")
final class SciqTask extends NamedTask {

  @Inject
  SciqTask(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.of(
            "{% if support is not none %}{{support.lstrip()}}\n{% endif %}Question: {{question}}\nAnswer:",
            "texts"));
  }

  @Override
  void fill(Fields fields) {
    fields
        .texts("question")
        .put("texts", choices(fields))
        .put("support", fields.optionalText("support").orElse(null))
        .put("gold", 3);
  }

  /** The field of the right choice says which it is, so a question has all choices in a list. */
  private static List<String> choices(Fields fields) {
    return fields.answered() || fields.has("correct_answer")
        ? Stream.of("distractor1", "distractor2", "distractor3", "correct_answer")
            .map(fields::text)
            .toList()
        : fields.list("choices");
  }
}
