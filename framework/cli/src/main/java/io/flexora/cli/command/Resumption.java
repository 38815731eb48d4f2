package io.flexora.cli.command;

import java.nio.file.Path;
import java.util.Optional;

/** The advice on how to go on with a run that did not end. */
public final class Resumption {

  private Resumption() {}

  /** The command on a line of its own; nothing where there is no folder yet. */
  public static String of(Optional<Path> folder) {
    return folder
        .map(path -> System.lineSeparator() + "To continue: flexora resume " + quoted(path))
        .orElse("");
  }

  /** What became of something that was cancelled, and how to go on with it. */
  public static String ofCancelled(String what, Optional<Path> folder) {
    return folder.isPresent()
        ? "the %s was cancelled.%s".formatted(what, of(folder))
        : "the %s was cancelled before its folder was made; nothing was written.".formatted(what);
  }

  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
