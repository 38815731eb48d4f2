package io.flexora.api.data;

import java.util.List;
import java.util.Map;

/**
 * The examples of a task in each split.
 *
 * @param classes the names of the classes if every example has the same choices and a head is to be
 *     trained for them; empty if an answer is judged by the likelihood of its text
 * @param splits all of {@link Split}'s values, each with its examples
 * @since 0.1
 */
public record Examples(List<String> classes, Map<Split, List<Example>> splits) {

  /** Copies both. */
  public Examples {
    classes = List.copyOf(classes);
    splits = Map.copyOf(splits);
  }

  /** The examples of a split. */
  public List<Example> of(Split split) {
    return splits.get(split);
  }
}
