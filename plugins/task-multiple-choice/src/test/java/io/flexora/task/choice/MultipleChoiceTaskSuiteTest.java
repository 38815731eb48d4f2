package io.flexora.task.choice;

import io.flexora.testkit.TaskSuite;

class MultipleChoiceTaskSuiteTest extends TaskSuite {

  @Override
  protected String configuration() {
    return "{use: multiple_choice, doc_to_text: 'What is {{text}}?', doc_to_choice: [pear, apple,"
        + " plum], doc_to_target: label, target_delimiter: ' '}";
  }
}
