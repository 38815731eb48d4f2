package io.flexora.api.data;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The examples of a task in each split.
 *
 * <p>A task either has classes or has choices, for all of its examples:
 *
 * <ul>
 *   <li><b>Classes.</b> Every example has the same choices, in the same order: the names of the
 *       classes, which {@code classes} lists too. A head with an output for each is trained behind
 *       the whole text, which any model can do. Classes are taken from the training rows, or
 *       written in an option; a row of another class is refused.
 *   <li><b>Choices.</b> {@code classes} is empty, and an answer is judged by the likelihood of its
 *       text behind the prompt, which a language model does. Each example may have choices of its
 *       own, and one choice where the text is to be produced.
 * </ul>
 *
 * <p>A label is in both cases the index of the right choice, from 0. Data that counts from 1 or
 * writes letters has to be turned into that, and a label that is none of the choices refused.
 *
 * @param classes the names of the classes if every example has the same choices and a head is to be
 *     trained for them; empty if an answer is judged by the likelihood of its text
 * @param splits all of {@link Split}'s values, each with its examples
 * @since 0.1
 */
public record Examples(List<String> classes, Map<Split, List<Example>> splits) {

  /**
   * Copies both.
   *
   * @throws IllegalArgumentException if a split is not there
   */
  public Examples {
    classes = List.copyOf(classes);
    splits = Map.copyOf(splits);
    for (Split split : Split.values()) {
      if (!splits.containsKey(split)) {
        throw new IllegalArgumentException(
            "there is no list of %s examples; a split without examples has an empty one"
                .formatted(split.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /** The examples of a split. */
  public List<Example> of(Split split) {
    return splits.get(split);
  }
}
