package io.flexora.task.choice;

import io.flexora.api.data.Example;
import java.util.List;

/**
 * A row as a question.
 *
 * @param prompts one for all choices, or one for each
 * @param right the indices of the right choices, at least one
 */
record Question(
    String description,
    List<String> prompts,
    String delimiter,
    List<String> choices,
    List<Integer> right) {

  /** The question with its first right answer, as a shot shows it. */
  String answered() {
    int label = right.get(0);
    return prompts.get(prompts.size() == 1 ? 0 : label) + delimiter + choices.get(label);
  }

  /** The question behind its description and shots. */
  Example example(String id, String shots) {
    List<String> whole = prompts.stream().map(p -> description + shots + p).toList();
    List<Integer> alsoRight = right.subList(1, right.size());
    return new Example(id, whole, delimiter, choices, right.get(0), alsoRight, List.of());
  }
}
