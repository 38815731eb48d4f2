package io.flexora.task.multilabel;

import io.flexora.api.data.Target;
import java.util.List;

/**
 * The labels of a text.
 *
 * @param indices their numbers, ascending
 */
record LabelSet(List<Integer> indices) implements Target {

  /** Copies the list. */
  LabelSet {
    indices = List.copyOf(indices);
  }
}
