package io.flexora.query;

import java.sql.SQLException;

/** The complaint of a database in one sentence. */
final class SqlMessage {

  private static final String BEFORE = "Error: ";

  private SqlMessage() {}

  /** Whether the limit of memory was reached. */
  static boolean isOutOfMemory(SQLException failure) {
    return String.valueOf(failure.getMessage()).contains("Out of Memory Error");
  }

  /** The message without the place in the query, which is drawn over several lines. */
  static String of(SQLException failure) {
    String whole = String.valueOf(failure.getMessage());
    int inner = whole.lastIndexOf(BEFORE);
    String said = inner < 0 ? whole : whole.substring(inner + BEFORE.length());
    return said.replaceFirst("(?s)\\n\\s*LINE \\d+:.*", "")
        .strip()
        .replaceAll("\\s*\\n\\s*", " ")
        .replaceFirst("[.;]$", "");
  }
}
