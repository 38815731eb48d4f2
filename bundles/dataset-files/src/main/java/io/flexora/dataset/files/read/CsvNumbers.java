package io.flexora.dataset.files.read;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the columns of CSV files that hold numbers or truth values alone.
 *
 * <p>A column is one of numbers only if writing each number gives back the text that stands in the
 * file, so that {@code 007}, {@code 1.10} and {@code 1e3} remain what they are.
 */
public final class CsvNumbers {
  private static final int LONGEST = 24;
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
  private static final List<Function<String, Object>> KINDS =
      List.of(CsvNumbers::number, Boolean::valueOf);

  private CsvNumbers() {}

  /** Replaces the values of such columns in all rows; each column is judged by all of them. */
  public static void convert(Collection<RawRow> rows) {
    rows.stream()
        .flatMap(r -> r.fields().keySet().stream())
        .distinct()
        .toList()
        .forEach(column -> convert(rows, column));
  }

  private static void convert(Collection<RawRow> rows, String column) {
    KINDS.stream()
        .filter(kind -> values(rows, column).allMatch(v -> isWritten(v, kind)))
        .findFirst()
        .ifPresent(
            kind ->
                rows.forEach(
                    r ->
                        r.fields()
                            .computeIfPresent(
                                column, (name, value) -> kind.apply((String) value))));
  }

  private static Stream<String> values(Collection<RawRow> rows, String column) {
    return rows.stream().map(r -> (String) r.fields().get(column)).filter(Objects::nonNull);
  }

  private static Object number(String value) {
    return WHOLE.matcher(value).matches() ? (Object) Long.valueOf(value) : Double.valueOf(value);
  }

  private static boolean isWritten(String value, Function<String, Object> kind) {
    if (value.length() > LONGEST) {
      return false;
    }
    try {
      return kind.apply(value).toString().equals(value);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
