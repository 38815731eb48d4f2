package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.ArrayList;
import java.util.List;

/** The rows that cannot be used, each with the reason; more of them than the limit end the run. */
public final class BadRows {
  private static final int SHOWN = 5;
  private final int limit;
  private final List<String> first = new ArrayList<>();
  private long count;

  /** Starts at none, with the number that is still accepted. */
  public BadRows(int limit) {
    this.limit = limit;
  }

  /**
   * Notes a row that is left out.
   *
   * @param origin the file and the line or row
   * @param reason what is wrong with it, as a sentence that begins with "it"
   * @throws FlexoraException if that is one too many
   */
  public void add(String origin, String reason) {
    count++;
    if (first.size() < SHOWN) {
      first.add(origin + ": " + reason);
    }
    if (count > limit) {
      throw new IncompatibleOptionException(
          "max_bad_rows",
          "%s; %s, or set max_bad_rows to leave out such rows"
              .formatted(
                  limit == 0
                      ? "bad row at " + first.get(0)
                      : "%d bad rows, and max_bad_rows is %d: %s".formatted(count, limit, listed()),
                  limit == 0 ? "mend it" : "mend them"));
    }
  }

  /** How many rows were left out. */
  public long count() {
    return count;
  }

  /** The first of them, for a message. */
  public String listed() {
    return String.join("; ", first) + (count > first.size() ? "; ..." : "");
  }
}
