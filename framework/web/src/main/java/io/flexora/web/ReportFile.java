package io.flexora.web;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in a run's folder that is for people to read: a report, or the numbers of one.
 *
 * @param path the file
 * @param type its media type
 */
record ReportFile(Path path, String type) {

  private static final Pattern NAME =
      Pattern.compile("[\\w-][\\w.-]*\\.(html|csv|tex|md|json|svg)");

  private static final Map<String, String> TYPES =
      Map.of("html", "text/html; charset=utf-8", "json", "application/json; charset=utf-8");

  /** The media type of a file that may be shown; empty for any other. */
  static Optional<String> type(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(TYPES.getOrDefault(matcher.group(1), "text/plain; charset=utf-8"))
        : Optional.empty();
  }

  boolean isThere() {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }
}
