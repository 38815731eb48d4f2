package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;

/** The task {@code social_iqa} of lm-evaluation-harness. */
@Doc("Social IQa: answer a question about what people do and feel.")
final class SocialIqaTask extends NamedTask {

  @Inject
  SocialIqaTask(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.of("Q: {{context}} {{question}}\nA:", "{{[answerA, answerB, answerC]}}"));
  }

  @Override
  void fill(Fields fields) {
    fields
        .texts("context", "question", "answerA", "answerB", "answerC")
        .put("gold", Labels.number(fields, "label", 1, 3));
  }
}
