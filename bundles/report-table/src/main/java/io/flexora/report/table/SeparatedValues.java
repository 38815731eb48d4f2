package io.flexora.report.table;

import java.util.List;
import java.util.stream.Collectors;

/** Rows of comma-separated values, written as RFC 4180 defines them. */
final class SeparatedValues {

  private final StringBuilder text = new StringBuilder();

  void row(List<String> fields) {
    text.append(fields.stream().map(SeparatedValues::quoted).collect(Collectors.joining(",")));
    text.append("\r\n");
  }

  String text() {
    return text.toString();
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
