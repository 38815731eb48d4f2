package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code winogrande} of lm-evaluation-harness. */
@Doc(
    "WinoGrande: choose who or what a sentence speaks of. The prompts differ, the continuation is the same.")
final class WinograndeTask extends NamedTask {

  @Inject
  WinograndeTask(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.withPrompts(
            "{% set front = sentence[:sentence.index('_')] %}{{ [front + option1, front + option2] }}",
            "{{ sentence[sentence.index('_') + 1:].strip() }}"));
  }

  @Override
  void fill(Fields fields) {
    fields.texts("sentence", "option1", "option2");
    if (fields.text("sentence").indexOf('_') < 0) {
      throw fields.wrong("sentence", "a sentence with a blank '_'", fields.text("sentence"));
    }
    fields.put("gold", Labels.number(fields, "answer", 1, 2));
  }
}
