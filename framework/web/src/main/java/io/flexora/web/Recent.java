package io.flexora.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Keeps what was asked for last, so that a page that stays open for weeks holds no more than that.
 *
 * @param <V> what is kept
 */
final class Recent<V> {

  private static final int MOST = 64;

  private final Map<String, V> kept =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
          return size() > MOST;
        }
      };

  /** What is kept under a name, made if need be. */
  synchronized V get(String name, Function<String, V> maker) {
    V found = kept.get(name);
    if (found == null) {
      found = maker.apply(name);
      kept.put(name, found);
    }
    return found;
  }
}
