package io.flexora.cli.query;

import java.util.List;
import java.util.stream.Collectors;

/** Lines of CSV as RFC 4180 has them. */
final class CsvText {

  private CsvText() {}

  static String line(List<String> fields) {
    return fields.stream().map(CsvText::field).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String field(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
