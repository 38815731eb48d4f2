package io.flexora.api.data;

import java.util.List;

/**
 * One question with its possible answers and the right one.
 *
 * @param id the origin of the row
 * @param prompt the text in front of the answer, or the whole text to classify
 * @param choices the texts of the answers, each as it follows the prompt; the names of the classes
 *     where the task has {@linkplain Examples#classes classes}; a single text where the task is to
 *     produce it
 * @param label the index of the right answer in {@code choices}
 * @since 0.1
 */
public record Example(String id, String prompt, List<String> choices, int label) {

  /**
   * Copies the choices.
   *
   * @throws IndexOutOfBoundsException if the label is not the index of a choice
   */
  public Example {
    choices = List.copyOf(choices);
    java.util.Objects.checkIndex(label, choices.size());
  }
}
