package io.flexora.runstore;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a name has to be to stand in a folder's name.
 *
 * @param pattern the names that may
 * @param accepted the same, as a message says it
 * @param mostBytes how many bytes of UTF-8 it may have
 * @since 0.1
 */
public record FolderName(Pattern pattern, String accepted, int mostBytes) {

  /** What a file system's 255 bytes leave beside the time and what a folder is made under. */
  public static final int MOST_BYTES = 200;

  private static final int SHOWN = 30;

  /**
   * Says why a name is none.
   *
   * @param what whose name it is
   * @return empty if it may stand in a folder's name
   */
  public Optional<String> problem(String what, String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > mostBytes) {
      return Optional.of(
          "%s '%s...' has %d bytes, but a folder's name has room for %d"
              .formatted(
                  what, name.substring(0, Math.min(SHOWN, name.length())), bytes, mostBytes));
    }
    return pattern.matcher(name).matches()
        ? Optional.empty()
        : Optional.of("%s '%s' cannot name a folder; use %s".formatted(what, name, accepted));
  }
}
