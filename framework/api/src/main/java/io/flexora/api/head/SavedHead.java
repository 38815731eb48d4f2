package io.flexora.api.head;

import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Map;

/**
 * The record of a head beside its trained arrays.
 *
 * @param kind the kind of the head
 * @param classes the names of its classes; empty if it has none
 * @param settings its own settings, by name
 * @since 0.1
 */
public record SavedHead(String kind, List<String> classes, Map<String, String> settings) {

  /** Copies both. */
  public SavedHead {
    classes = List.copyOf(classes);
    settings = Map.copyOf(settings);
  }

  /** What is kept of a head. */
  public static SavedHead of(Head head) {
    return new SavedHead(head.kind(), head.classes(), head.settings());
  }

  /**
   * The head of classes, or none.
   *
   * @throws FlexoraException if it was another one, which its task has to make
   */
  public Head restored() {
    Head head = Head.classes(classes);
    if (!of(head).equals(this)) {
      throw new FlexoraException(
          ("a head '%s' was trained, which the task does not know; use the task that it was trained"
                  + " for")
              .formatted(kind));
    }
    return head;
  }
}
