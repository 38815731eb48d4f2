package io.flexora.task.tokenclassification;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An entity in the words of an example.
 *
 * @param type its type
 * @param begin the index of its first word
 * @param end the index behind its last word
 */
record Entity(String type, int begin, int end) {

  /** The reading of tags that are no valid IOB2. */
  enum Mode {
    /** As conlleval, and seqeval without a mode: an I- that continues nothing begins an entity. */
    DEFAULT,
    /** As seqeval's strict mode with IOB2: such an I- is part of no entity. */
    STRICT
  }

  /** The entities of tags. */
  static Set<Entity> of(List<String> tags, Mode mode) {
    List<Entity> found = new ArrayList<>();
    boolean open = false;
    for (int i = 0; i < tags.size(); i++) {
      String tag = tags.get(i);
      boolean inside = tag.startsWith("I-");
      boolean outside = !inside && !tag.startsWith("B-");
      String type = outside ? "" : tag.substring(2);
      Entity last = open ? found.get(found.size() - 1) : null;
      if (inside && last != null && last.type().equals(type)) {
        found.set(found.size() - 1, new Entity(type, last.begin(), i + 1));
      } else {
        open = !outside && !(inside && mode == Mode.STRICT);
        if (open) {
          found.add(new Entity(type, i, i + 1));
        }
      }
    }
    return new LinkedHashSet<>(found);
  }
}
