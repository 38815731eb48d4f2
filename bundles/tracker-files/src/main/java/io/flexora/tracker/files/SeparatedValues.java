package io.flexora.tracker.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Rows of comma-separated values, as RFC 4180 has them. */
final class SeparatedValues {

  private final StringBuilder text = new StringBuilder();

  SeparatedValues row(Object... fields) {
    text.append(
            Arrays.stream(fields)
                .map(field -> quoted(String.valueOf(field)))
                .collect(Collectors.joining(",")))
        .append("\r\n");
    return this;
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  String text() {
    return text.toString();
  }

  byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }
}
