package io.flexora.task.choice;

import io.flexora.api.data.Example;
import java.util.List;

/**
 * A row as a question.
 *
 * @param prompts one for all choices, or one for each
 */
record Question(
    String description, List<String> prompts, String delimiter, List<String> choices, int label) {

  /** The question with its answer, as a shot shows it. */
  String answered() {
    return prompts.get(prompts.size() == 1 ? 0 : label) + delimiter + choices.get(label);
  }

  /** The question behind its description and shots. */
  Example example(String id, String shots) {
    List<String> whole = prompts.stream().map(p -> description + shots + p).toList();
    return new Example(id, whole, delimiter, choices, label, List.of());
  }
}
