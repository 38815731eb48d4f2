package io.flexora.task.choice;

import io.flexora.api.task.Task;
import io.flexora.testkit.TaskSuite;

class MultipleChoiceTaskSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return configuration(2);
  }

  @Override
  protected Task askedTask(long seed) {
    return extension(Task.class, configuration(0), host().services(seed));
  }

  private static String configuration(int fewshot) {
    return ("{use: multiple_choice, doc_to_text: 'What is {{text}}?', doc_to_choice: [pear, apple,"
            + " plum], doc_to_target: label, target_delimiter: ' ', fewshot: %d}")
        .formatted(fewshot);
  }
}
