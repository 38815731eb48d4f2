package io.flexora.source.archive;

import io.flexora.api.run.FlexoraException;
import java.util.Optional;

/**
 * A location that may name an entry of an archive: {@code archive} or {@code archive!/entry}.
 *
 * @param archive what is before the mark
 * @param entry the name of the entry, without a leading slash; empty if there is no mark
 */
public record ArchiveLocation(String archive, Optional<String> entry) {
  private static final String MARK = "!/";

  /**
   * Splits a location.
   *
   * @throws FlexoraException if the entry's name is empty or leads out of a folder
   */
  public static ArchiveLocation parse(String location) {
    int mark = location.indexOf(MARK);
    if (mark < 0) {
      return new ArchiveLocation(location, Optional.empty());
    }
    String entry = location.substring(mark + MARK.length());
    EntryName.check(entry);
    return new ArchiveLocation(location.substring(0, mark), Optional.of(entry));
  }
}
