package io.flexora.files.machine;

import java.nio.file.Path;

/**
 * The user's cache, which anybody may empty at any time.
 *
 * @since 0.1
 */
public final class UserCache {

  private UserCache() {}

  /**
   * A folder of the cache: {@code $XDG_CACHE_HOME/flexora/NAME}, or the same in {@code ~/.cache};
   * not made.
   */
  public static Path folder(String name) {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path caches =
        xdg == null || !Path.of(xdg).isAbsolute()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return caches.resolve("flexora").resolve(name);
  }
}
