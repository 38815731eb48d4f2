package io.flexora.dataset.files.read;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Reads CSV and TSV files (RFC 4180). Every value is the text that stands there; an empty field
 * without quotes is null.
 *
 * <p>Not by DuckDB: its reader gives no line to a row.
 */
final class DelimitedFile implements RowReader {

  /** What separates fields in the files of programs that do not ask. */
  private static final List<String> USUAL_DELIMITERS = List.of(",", ";", "\t", "|");

  private final ReadOptions options;
  private final String delimiter;

  DelimitedFile(ReadOptions options, String delimiter) {
    this.options = options;
    this.delimiter = options.delimiter().orElse(delimiter);
    if (this.delimiter.length() != 1 || "\"\r\n".contains(this.delimiter)) {
      throw new IncompatibleOptionException(
          "delimiter",
          "delimiter '%s' is not one character other than a quote or a line end"
              .formatted(this.delimiter));
    }
    repeated(options.columnNames())
        .ifPresent(
            name -> {
              throw new IncompatibleOptionException(
                  "column_names",
                  "column_names has '%s' twice; give each a name of its own".formatted(name));
            });
  }

  @Override
  public void read(DataFile file, BadRows bad, Consumer<RawRow> rows) throws IOException {
    try (Lines lines = Lines.open(file)) {
      DelimitedRecords records =
          new DelimitedRecords(file, lines, delimiter.charAt(0), options.quoting());
      List<String> names = options.columnNames();
      if (names.isEmpty()) {
        names = records.next() ? header(file, records) : List.of();
        refuseOtherDelimiter(file, names);
      }
      while (records.next()) {
        row(file.origin(records.line()), names, records, bad, rows);
      }
    }
  }

  private void refuseOtherDelimiter(DataFile file, List<String> names) {
    if (names.size() != 1 || options.delimiter().isPresent()) {
      return;
    }
    String name = names.get(0);
    for (String other : USUAL_DELIMITERS) {
      if (!other.equals(delimiter) && name.contains(other)) {
        throw new IncompatibleOptionException(
            "delimiter",
            "%s has one column, '%s'; if '%s' separates its fields, write delimiter: \"%s\","
                    .formatted(file.name(), escaped(name), escaped(other), escaped(other))
                + " else delimiter: \"%s\"".formatted(escaped(delimiter)));
      }
    }
  }

  /** As it is written in YAML. */
  private static String escaped(String text) {
    return text.replace("\t", "\\t");
  }

  private static void row(
      String origin,
      List<String> names,
      DelimitedRecords record,
      BadRows bad,
      Consumer<RawRow> rows) {
    if (!record.isUtf8()) {
      bad.add(origin, "it is not UTF-8");
      return;
    }
    List<String> values = record.fields();
    if (values.size() != names.size()) {
      bad.add(
          origin,
          "it has %d fields, and the file has %d columns".formatted(values.size(), names.size()));
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), values.get(i));
    }
    rows.accept(new RawRow(origin, fields));
  }

  private static List<String> header(DataFile file, DelimitedRecords record) {
    if (!record.isUtf8()) {
      throw new FlexoraException(
          "%s: the row with the names of the fields is not UTF-8; save the file in UTF-8"
              .formatted(file.origin(record.line())));
    }
    List<String> fields = record.fields();
    repeated(fields)
        .ifPresent(
            name -> {
              throw new IncompatibleOptionException(
                  "column_names",
                  "%s has two columns '%s'; give each a name of its own by column_names"
                      .formatted(file.name(), name));
            });
    // What pandas calls the index column that it writes without a name.
    return IntStream.range(0, fields.size())
        .mapToObj(i -> fields.get(i) == null ? "Unnamed: " + i : fields.get(i))
        .toList();
  }

  /** The first name that is there twice. */
  private static Optional<String> repeated(List<String> names) {
    Set<String> seen = new HashSet<>();
    return names.stream().filter(name -> name != null && !seen.add(name)).findFirst();
  }
}
