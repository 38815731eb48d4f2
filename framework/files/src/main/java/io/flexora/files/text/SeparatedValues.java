package io.flexora.files.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of comma-separated values, written as RFC 4180 defines them.
 *
 * @since 0.1
 */
public final class SeparatedValues {

  private final StringBuilder text = new StringBuilder();

  /** Adds a row of texts. */
  public SeparatedValues row(List<String> fields) {
    String row = fields.stream().map(SeparatedValues::quoted).collect(Collectors.joining(","));
    // Readers skip an empty line.
    text.append(row.isEmpty() ? "\"\"" : row).append("\r\n");
    return this;
  }

  /** Adds a row of what is written as {@link String#valueOf(Object)} does. */
  public SeparatedValues row(Object... fields) {
    return row(Arrays.stream(fields).map(String::valueOf).toList());
  }

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  /** All rows. */
  public String text() {
    return text.toString();
  }

  /** The same in UTF-8. */
  public byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }
}
