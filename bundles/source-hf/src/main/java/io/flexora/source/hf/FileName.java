package io.flexora.source.hf;

import java.io.File;
import java.util.Set;
import java.util.regex.Pattern;

/** The rule for names of files that may become paths on this machine. */
final class FileName {
  private static final Set<String> REFUSED_PARTS = Set.of("", ".", "..");
  // A backslash separates folders on some systems, a colon ends the name of a drive on the same.
  private static final Pattern REFUSED_CHARACTERS =
      Pattern.compile(File.separatorChar == '\\' ? "[\\\\:\\x00-\\x1f]" : "[\\\\\\x00-\\x1f]");

  private FileName() {}

  /** Whether a name, in which slashes separate folders, stays in the folder it is put into. */
  static boolean isSafe(String name) {
    for (String part : name.split("/", -1)) {
      if (REFUSED_PARTS.contains(part) || REFUSED_CHARACTERS.matcher(part).find()) {
        return false;
      }
    }
    return true;
  }
}
