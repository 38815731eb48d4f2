package io.flexora.report.html.figure;

import java.nio.file.Path;

/** A folder as a command line names it. */
public final class ShellPath {

  private ShellPath() {}

  /** The last two names of the path, quoted for a shell where they have to be. */
  public static String of(Path folder) {
    int names = folder.getNameCount();
    String path = folder.subpath(Math.max(0, names - 2), names).toString().replace('\\', '/');
    return path.matches("[\\w./@+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
