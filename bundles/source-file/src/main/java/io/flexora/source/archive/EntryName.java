package io.flexora.source.archive;

import io.flexora.api.run.FlexoraException;
import java.util.Set;
import java.util.regex.Pattern;

/** The rule for names of entries that may become paths of files. */
final class EntryName {
  private static final Set<String> REFUSED_PARTS = Set.of("", ".", "..");
  // Backslashes and colons are separators and drives on some systems.
  private static final Pattern REFUSED_CHARACTERS = Pattern.compile("[\\\\:\\x00-\\x1f]");

  private EntryName() {}

  /**
   * Refuses a name that could lead out of the folder it is unpacked to.
   *
   * @throws FlexoraException if it could
   */
  static void check(String name) {
    for (String part : name.split("/", -1)) {
      if (REFUSED_PARTS.contains(part) || REFUSED_CHARACTERS.matcher(part).find()) {
        throw new FlexoraException(
            "'"
                + name
                + "' cannot be the name of a file in an archive; write archive!/folder/name, with"
                + " no '..', empty part, backslash or colon");
      }
    }
  }
}
