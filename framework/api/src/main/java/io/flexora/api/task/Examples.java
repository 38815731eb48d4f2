package io.flexora.api.task;

import io.flexora.api.data.Example;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The examples of a task in each split, and the head that learns them:
 *
 * <ul>
 *   <li><b>Classes.</b> Every example has the same choices, in the same order: the names of the
 *       classes. A head with an output for each is trained behind the whole text. Classes are taken
 *       from the training rows, or written in an option; a row of another class is refused.
 *   <li><b>Choices.</b> There is {@linkplain Head#NONE no head}, and an answer is judged by the
 *       likelihood of its text behind the prompt, which a language model does. Each example may
 *       have choices of its own, and one choice where the text is to be produced.
 *   <li><b>Anything else.</b> A head of the plugin's own, such as one that predicts a number. It
 *       reads an example's {@link Example#target}; choices are of no use then, and may be left out.
 * </ul>
 *
 * <p>A label is the index of the right choice, from 0. Data that counts from 1 or writes letters
 * has to be turned into that, and a label that is none of the choices refused.
 *
 * @param head the head behind the layers of the model
 * @param splits all of {@link Split}'s values, each with its examples
 * @param leftOut the origins of the rows of which an option has the task make no example; it
 *     reports their number to {@link io.flexora.api.run.Notices}
 * @since 0.1
 */
public record Examples(Head head, Map<Split, List<Example>> splits, Set<String> leftOut) {

  /**
   * Copies the splits.
   *
   * @throws IllegalArgumentException if a split is not there
   */
  public Examples {
    splits = Map.copyOf(splits);
    leftOut = Set.copyOf(leftOut);
    for (Split split : Split.values()) {
      if (!splits.containsKey(split)) {
        throw new IllegalArgumentException(
            "there is no list of %s examples; a split without examples has an empty one"
                .formatted(split.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /** Examples of all rows. */
  public Examples(Head head, Map<Split, List<Example>> splits) {
    this(head, splits, Set.of());
  }

  /** Examples of these classes, or of choices of their own where there are none. */
  public Examples(List<String> classes, Map<Split, List<Example>> splits) {
    this(Head.classes(classes), splits);
  }

  /** The names of the classes; empty if the head chooses among none. */
  public List<String> classes() {
    return head.classes();
  }

  /** The examples of a split. */
  public List<Example> of(Split split) {
    return splits.get(split);
  }
}
