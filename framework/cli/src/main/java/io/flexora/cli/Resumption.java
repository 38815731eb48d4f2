package io.flexora.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Says how to go on with what did not end. */
final class Resumption {

  private Resumption() {}

  /** The command on a line of its own; nothing where there is no folder yet. */
  static String of(Optional<Path> folder) {
    return folder
        .map(path -> System.lineSeparator() + "To continue: flexora resume " + quoted(path))
        .orElse("");
  }

  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
