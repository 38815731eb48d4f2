package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code commonsense_qa} of lm-evaluation-harness. */
@Doc("CommonsenseQA: answer a question of everyday sense by a letter from A to E.")
final class CommonsenseQaTask extends NamedTask {

  @Inject
  CommonsenseQaTask(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.of(
            "Question: {{ question.strip() }}\nA. {{texts[0]}}\nB. {{texts[1]}}\nC. {{texts[2]}}\n"
                + "D. {{texts[3]}}\nE. {{texts[4]}}\nAnswer:",
            Labels.letters(5)));
  }

  @Override
  void fill(Fields fields) {
    Labels.Choices choices = Labels.Choices.of(fields);
    if (choices.texts().size() != 5) {
      throw fields.wrong("choices", "five choices", choices.texts());
    }
    fields.texts("question").put("texts", choices.texts()).put("gold", choices.right(fields));
  }
}
