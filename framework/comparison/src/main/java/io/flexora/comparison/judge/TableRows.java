package io.flexora.comparison.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.flexora.files.message.JsonProblem;
import io.flexora.files.message.NearestName;
import io.flexora.files.message.Printable;
import io.flexora.files.text.SeparatedValues;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads a table: CSV with a header, or JSONL with an object in each line. It has the columns {@code
 * strategy} and {@code value}, and may have {@code model}, {@code task}, {@code seed} and {@code
 * example}; others are passed over.
 */
final class TableRows {

  private static final List<String> COLUMNS =
      List.of("strategy", "model", "task", "seed", "example", "value");
  private static final int STRATEGY = 0;
  private static final int MODEL = 1;
  private static final int TASK = 2;
  private static final int SEED = 3;
  private static final int EXAMPLE = 4;
  private static final int VALUE = 5;

  private final ForeignResults results;
  private final JudgeOptions options;
  private final JudgedSource source;
  private final NumberedLines lines;
  private final String[] row = new String[COLUMNS.size()];
  private String[] last = new String[0];
  private ForeignCell cell;

  private TableRows(
      ForeignResults results, JudgeOptions options, JudgedSource source, NumberedLines lines) {
    this.results = results;
    this.options = options;
    this.source = source;
    this.lines = lines;
  }

  /** Reads the rows of a file with a header. */
  static void separated(
      JudgedSource source, char separator, JudgeOptions options, ForeignResults results) {
    try (NumberedLines lines = new NumberedLines(source.path())) {
      new TableRows(results, options, source, lines).separated(separator);
    }
  }

  /** Reads the rows of a file with an object in each line. */
  static void objects(JudgedSource source, JudgeOptions options, ForeignResults results) {
    try (NumberedLines lines = new NumberedLines(source.path())) {
      new TableRows(results, options, source, lines).objects();
    }
  }

  private void separated(char separator) {
    String header = lines.next();
    if (header == null) {
      throw lines.wrong("the file is empty; a header names the columns " + columns());
    }
    List<String> names = fields(header, separator);
    int[] places = COLUMNS.stream().mapToInt(names::indexOf).toArray();
    requireColumns(names, places);
    String[] fields = new String[names.size()];
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (line.isBlank()) {
        continue;
      }
      int count = split(line, separator, fields);
      if (count != names.size()) {
        throw lines.wrong(
            "the row has %d fields, but the header %d".formatted(count, names.size()));
      }
      for (int column = 0; column <= VALUE; column++) {
        row[column] = places[column] < 0 ? null : fields[places[column]];
      }
      add();
    }
  }

  private void requireColumns(List<String> names, int[] places) {
    for (String column : COLUMNS) {
      if (names.indexOf(column) != names.lastIndexOf(column)) {
        throw lines.wrong("the header has column '%s' twice".formatted(column));
      }
    }
    for (int column : new int[] {STRATEGY, VALUE}) {
      if (places[column] < 0 && !(column == STRATEGY && source.strategy().isPresent())) {
        String lacking = COLUMNS.get(column);
        throw lines.wrong(
            "the header has no column '%s'%s%s"
                .formatted(
                    lacking,
                    NearestName.to(lacking, names).map(NearestName::question).orElse(""),
                    "; it takes " + columns()));
      }
    }
  }

  private static String columns() {
    return "strategy and value, and may have model, task, seed and example";
  }

  /** Splits a row; one with quotes, which may go on in the next lines, is read in full. */
  private int split(String line, char separator, String[] fields) {
    if (line.indexOf('"') >= 0) {
      List<String> quoted = fields(line, separator);
      for (int i = 0; i < Math.min(quoted.size(), fields.length); i++) {
        fields[i] = quoted.get(i);
      }
      return quoted.size();
    }
    int count = 0;
    int from = 0;
    for (int to = line.indexOf(separator); to >= 0; to = line.indexOf(separator, from)) {
      if (count < fields.length) {
        fields[count] = line.substring(from, to);
      }
      count++;
      from = to + 1;
    }
    if (count < fields.length) {
      fields[count] = line.substring(from);
    }
    return count + 1;
  }

  private List<String> fields(String line, char separator) {
    StringBuilder text = new StringBuilder(line);
    for (boolean open = opens(line); open; ) {
      String more = lines.next();
      if (more == null) {
        throw lines.wrong("a quoted field does not end");
      }
      text.append('\n').append(more);
      lines.requireRow(text.length());
      open ^= opens(more);
    }
    try {
      return SeparatedValues.read(text.toString(), separator).stream()
          .findFirst()
          .map(SeparatedValues.NumberedRow::fields)
          .orElse(List.of());
    } catch (IllegalArgumentException e) {
      throw lines.wrong(e.getMessage().replaceFirst(" in line \\d+$", ""));
    }
  }

  /** Whether a quoted field begins or ends in a line. */
  private static boolean opens(String line) {
    return line.chars().filter(c -> c == '"').count() % 2 == 1;
  }

  private void objects() {
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        object(line);
        add();
      }
    }
  }

  private void object(String line) {
    Arrays.fill(row, null);
    Set<String> seen = new HashSet<>();
    try (JsonParser parser = JsonTree.JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw lines.wrong("a line is a JSON object with " + columns());
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        int column = COLUMNS.indexOf(name);
        seen.add(name);
        if (token.isStructStart()) {
          parser.skipChildren();
        } else if (column >= 0 && token != JsonToken.VALUE_NULL) {
          row[column] = text(token, parser.getText());
        }
      }
      lines.requireEnd(parser);
    } catch (JsonProcessingException e) {
      throw lines.wrong("the line is no JSON: " + JsonProblem.of(e));
    } catch (IOException e) {
      throw new IllegalStateException("a text is read from memory", e);
    }
    if (row[VALUE] == null) {
      throw lines.wrong(
          "the object has no number 'value'%s; it takes %s"
              .formatted(
                  NearestName.to("value", seen).map(NearestName::question).orElse(""), columns()));
    }
  }

  private static String text(JsonToken token, String text) {
    return switch (token) {
      case VALUE_TRUE -> "1";
      case VALUE_FALSE -> "0";
      default -> text;
    };
  }

  private void add() {
    double value = number(row[VALUE]);
    if (!isOfLast()) {
      cell = results.cell(key(), source.path(), options.metric().orElse("value"));
      last = Arrays.copyOf(row, EXAMPLE);
    }
    String example = row[EXAMPLE];
    if (example == null || example.isEmpty()) {
      whole(value);
    } else if (cell.hasValue()) {
      throw lines.wrong(
          "%s has a value of example '%s', and one without an example before; leave one of them out"
              .formatted(cell.key().words(), Printable.brief(example)));
    } else if (cell.has(example)) {
      throw lines.wrong(
          "example '%s' of %s has a value already; each example has one for each seed"
              .formatted(Printable.brief(example), cell.key().words()));
    } else {
      cell.add(example, value);
    }
  }

  private void whole(double value) {
    if (cell.hasValue() || cell.size() > 0) {
      throw lines.wrong(
          "%s has a value already; each seed has one, unless a column 'example' tells them apart"
              .formatted(cell.key().words()));
    }
    cell.set(value);
  }

  private boolean isOfLast() {
    return last.length > 0 && Arrays.equals(last, 0, EXAMPLE, row, 0, EXAMPLE);
  }

  private ForeignCell.Key key() {
    String strategy = source.strategyOr(row[STRATEGY] == null ? "" : row[STRATEGY]);
    if (strategy.isBlank()) {
      throw lines.wrong("the row names no strategy");
    }
    return new ForeignCell.Key(
        options.model().orElse(or(row[MODEL], "model")),
        or(row[TASK], "task"),
        strategy,
        source.seed().orElseGet(this::seed));
  }

  private static String or(String text, String other) {
    return text == null || text.isBlank() ? other : text;
  }

  private long seed() {
    String text = or(row[SEED], "0").strip();
    return wholeNumber(text)
        .orElseThrow(
            () ->
                lines.wrong(
                    "seed '%s' is no whole number; write one such as 1"
                        .formatted(Printable.brief(text))));
  }

  private static OptionalLong wholeNumber(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private double number(String text) {
    // Most values are right or wrong.
    if (text.length() == 1 && (text.charAt(0) == '0' || text.charAt(0) == '1')) {
      return text.charAt(0) - '0';
    }
    OptionalDouble value = finite(text.strip());
    return value.orElseThrow(
        () ->
            lines.wrong(
                "value '%s' is no finite number; write one such as 0, 1 or 0.25"
                    .formatted(Printable.brief(text))));
  }

  private static OptionalDouble finite(String text) {
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return OptionalDouble.of(text.equalsIgnoreCase("true") ? 1 : 0);
    }
    try {
      double value = Double.parseDouble(text);
      return ForeignCell.isUsable(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
