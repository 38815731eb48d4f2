package io.flexora.files.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of comma-separated values, as RFC 4180 defines them.
 *
 * @since 0.1
 */
public final class SeparatedValues {

  private final StringBuilder text = new StringBuilder();

  /**
   * Reads rows. Lines may end in LF alone, the last one in nothing; a row without any text is
   * passed over.
   *
   * @param text the rows
   * @param separator between the fields of a row: a comma, or a tab
   * @throws IllegalArgumentException if a quoted field does not end, or text follows its end
   */
  public static List<NumberedRow> read(String text, char separator) {
    return new Reader(text, separator).rows();
  }

  private static final class Reader {

    private final String text;
    private final char separator;
    private int at;
    private int line = 1;

    Reader(String text, char separator) {
      this.text = text;
      this.separator = separator;
    }

    List<NumberedRow> rows() {
      List<NumberedRow> rows = new ArrayList<>();
      while (at < text.length()) {
        NumberedRow row = new NumberedRow(line, row());
        line++;
        if (!row.fields().equals(List.of(""))) {
          rows.add(row);
        }
      }
      return rows;
    }

    private List<String> row() {
      List<String> fields = new ArrayList<>(List.of(field()));
      while (next(separator)) {
        fields.add(field());
      }
      at++;
      return fields;
    }

    private String field() {
      if (!next('"')) {
        return plain();
      }
      int opened = line;
      StringBuilder field = new StringBuilder();
      do {
        int quote = text.indexOf('"', at);
        if (quote < 0) {
          throw new IllegalArgumentException(
              "the quoted field that begins in line %d does not end".formatted(opened));
        }
        field.append(text, at, quote + 1);
        line += (int) text.substring(at, quote).chars().filter(c -> c == '\n').count();
        at = quote + 1;
      } while (next('"'));
      if (!plain().isBlank()) {
        throw new IllegalArgumentException(
            "text follows the end of a quoted field in line %d".formatted(line));
      }
      return field.substring(0, field.length() - 1);
    }

    /** Text up to the end of the field, which is that of its line, or of all, too. */
    private String plain() {
      int from = at;
      while (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n') {
        at++;
      }
      boolean returns = at > from && text.charAt(at - 1) == '\r' && !isAt(separator);
      return text.substring(from, returns ? at - 1 : at);
    }

    private boolean next(char expected) {
      boolean there = isAt(expected);
      at += there ? 1 : 0;
      return there;
    }

    private boolean isAt(char expected) {
      return at < text.length() && text.charAt(at) == expected;
    }
  }

  /**
   * A row that was read.
   *
   * @param line the line in which it begins, from 1 on
   * @param fields its fields
   */
  public record NumberedRow(int line, List<String> fields) {

    /** Copies the fields. */
    public NumberedRow {
      fields = List.copyOf(fields);
    }
  }

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
