package io.flexora.runstore;

import io.flexora.api.plugin.OptionException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The rule of a name that stands in a folder's name.
 *
 * @param pattern the names that may
 * @param accepted the same, as a message says it
 * @param mostBytes how many bytes of UTF-8 it may have
 * @since 0.1
 */
public record FolderName(Pattern pattern, String accepted, int mostBytes) {

  /** What a file system's 255 bytes leave beside the time and what a folder is made under. */
  public static final int MOST_BYTES = 200;

  /** A name that stands beside up to two others in a folder's name. */
  public static final FolderName PART =
      new FolderName(
          Pattern.compile("[a-z0-9][a-z0-9_-]*"),
          "lower-case letters, digits, hyphens and underscores",
          56);

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

  /**
   * Requires the value of an option to be such a name.
   *
   * @param option the option's name as it is written
   * @throws OptionException if it is none
   */
  public void require(String option, String name) {
    problem(option, name)
        .ifPresent(
            problem -> {
              throw OptionException.of(option, problem);
            });
  }

  /**
   * Requires all keys of an option to be such names.
   *
   * @param option the option's name as it is written
   * @param what whose names they are
   * @throws OptionException if one is none
   */
  public void requireKeys(String option, String what, Map<String, ?> named) {
    for (String name : named.keySet()) {
      problem(what, name)
          .ifPresent(
              problem -> {
                throw OptionException.ofEntry(option, name, problem);
              });
    }
  }
}
