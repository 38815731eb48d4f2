package io.flexora.dataset.files.select;

import java.util.List;
import java.util.Map;

/** Finds values in rows by paths such as {@code question.stem} or {@code answers.text.0}. */
final class FieldPath {
  /** What {@link #find} gives where nothing is; null is a value. */
  static final Object MISSING = new Object();

  private FieldPath() {}

  /**
   * Finds a value.
   *
   * @param in a map, a list (whose elements are named by their index from 0), or another value
   * @param path names with dots between them; a name may itself hold dots
   */
  static Object find(Object in, String path) {
    Object whole = child(in, path);
    for (int dot = path.indexOf('.');
        whole == MISSING && dot >= 0;
        dot = path.indexOf('.', dot + 1)) {
      Object head = child(in, path.substring(0, dot));
      whole = head == MISSING ? MISSING : find(head, path.substring(dot + 1));
    }
    return whole;
  }

  private static Object child(Object in, String name) {
    if (in instanceof Map<?, ?> map) {
      return map.containsKey(name) ? map.get(name) : MISSING;
    }
    if (in instanceof List<?> list && name.matches("[0-9]{1,9}")) {
      int index = Integer.parseInt(name);
      return index < list.size() ? list.get(index) : MISSING;
    }
    return MISSING;
  }
}
