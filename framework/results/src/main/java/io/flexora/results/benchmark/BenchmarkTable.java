package io.flexora.results.benchmark;

import io.flexora.api.run.FlexoraException;
import io.flexora.results.benchmark.BenchmarkedGain.ReferenceLayers;
import io.flexora.results.benchmark.BenchmarkedSetting.ModelKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The file that {@link Benchmarked} names.
 *
 * @param rows its lines, in their order
 */
record BenchmarkTable(List<TableLine> rows) {

  private static final String COLUMNS =
      "selector,options,model,layers,budget,rows,passes,seeds,to,tasks,classes,points,low,high,"
          + "source";

  private static final List<String> NAMES = List.of(COLUMNS.split(",", -1));

  /**
   * A line.
   *
   * @param selector the name of the extension
   * @param options as in {@link BenchmarkedResult}
   * @param setting where it was measured
   * @param gain what came out
   */
  record TableLine(
      String selector,
      Map<String, String> options,
      BenchmarkedSetting setting,
      BenchmarkedGain gain) {}

  /** Copies the rows. */
  BenchmarkTable {
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file.
   *
   * @param owner the class that names it
   * @throws FlexoraException if it is not there or malformed
   */
  static BenchmarkTable beside(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new FlexoraException(
            "there is no file '%s' beside class %s, which names it"
                .formatted(file, owner.getName()));
      }
      return of(
          "%s beside class %s".formatted(file, owner.getName()),
          new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new FlexoraException(
          "cannot read '%s' beside class %s: %s".formatted(file, owner.getName(), e.getMessage()),
          e);
    }
  }

  /**
   * Reads a text.
   *
   * @param name what messages call it
   * @throws FlexoraException if it is malformed
   */
  static BenchmarkTable of(String name, String text) {
    List<TableLine> rows = new ArrayList<>();
    boolean named = false;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        if (named) {
          rows.add(row(List.of(line.split(",", -1))));
        } else {
          requireColumns(line);
          named = true;
        }
      } catch (IllegalArgumentException e) {
        throw new FlexoraException("%s, line %d: %s".formatted(name, number, e.getMessage()), e);
      }
    }
    return new BenchmarkTable(rows);
  }

  private static void requireColumns(String line) {
    if (!line.equals(COLUMNS)) {
      throw new IllegalArgumentException("the first line has to be " + COLUMNS);
    }
  }

  private static TableLine row(List<String> fields) {
    if (fields.size() != NAMES.size()) {
      throw new IllegalArgumentException(
          "%d values, but there are %d columns".formatted(fields.size(), NAMES.size()));
    }
    Line line = new Line(fields);
    return new TableLine(
        line.text("selector"), options(line.text("options")), line.setting(), line.gain());
  }

  private static Map<String, String> options(String written) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : written.split(" ", -1)) {
      int sign = option.indexOf('=');
      if (sign > 0) {
        options.put(option.substring(0, sign), option.substring(sign + 1));
      } else if (!option.isEmpty()) {
        throw new IllegalArgumentException("option '" + option + "' is not KEY=VALUE");
      }
    }
    return options;
  }

  /**
   * The values of a line, which are called by their columns.
   *
   * @param values as many as there are columns
   */
  private record Line(List<String> values) {

    private static final Pattern CLASSES = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    String text(String column) {
      return values.get(NAMES.indexOf(column));
    }

    BenchmarkedSetting setting() {
      return new BenchmarkedSetting(
          constant(ModelKind.class, "model"),
          count("layers"),
          count("budget"),
          whole("rows"),
          number("passes"),
          count("seeds"),
          text("source"));
    }

    BenchmarkedGain gain() {
      ReferenceLayers to = constant(ReferenceLayers.class, "to");
      int tasks = count("tasks");
      String classes = text("classes").isEmpty() ? "0" : text("classes");
      Matcher range = CLASSES.matcher(classes);
      if (!range.matches()) {
        throw wrong("classes", "a number of classes or the least and the most, such as 2-45");
      }
      int fewest = Integer.parseInt(range.group(1));
      int most = range.group(2) == null ? fewest : Integer.parseInt(range.group(2));
      return new BenchmarkedGain(to, tasks, fewest, most, number("points"), interval());
    }

    private Optional<BenchmarkedGain.Interval> interval() {
      return text("low").isEmpty() && text("high").isEmpty()
          ? Optional.empty()
          : Optional.of(new BenchmarkedGain.Interval(number("low"), number("high")));
    }

    private int count(String column) {
      long count = whole(column);
      if (count != (int) count) {
        throw wrong(column, "a whole number of at most " + Integer.MAX_VALUE);
      }
      return (int) count;
    }

    private long whole(String column) {
      try {
        return Long.parseLong(text(column));
      } catch (NumberFormatException e) {
        throw wrong(column, "a whole number");
      }
    }

    private double number(String column) {
      double number;
      try {
        number = Double.parseDouble(text(column));
      } catch (NumberFormatException e) {
        throw wrong(column, "a number");
      }
      if (!Double.isFinite(number)) {
        throw wrong(column, "a finite number");
      }
      return number;
    }

    private <E extends Enum<E>> E constant(Class<E> type, String column) {
      String name = text(column).toUpperCase(Locale.ROOT).replace('-', '_');
      return Stream.of(type.getEnumConstants())
          .filter(constant -> constant.name().equals(name))
          .findFirst()
          .orElseThrow(() -> wrong(column, words(type)));
    }

    private static String words(Class<? extends Enum<?>> type) {
      return Stream.of(type.getEnumConstants())
          .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .collect(Collectors.joining(", ", "one of: ", ""));
    }

    private IllegalArgumentException wrong(String column, String accepted) {
      return new IllegalArgumentException(
          "column '%s' is '%s', but has to be %s".formatted(column, text(column), accepted));
    }
  }

  /** What it says of a selector: the lines of the same options and setting together. */
  List<BenchmarkedResult> of(String selector) {
    Map<BenchmarkedResult, List<BenchmarkedGain>> gains = new LinkedHashMap<>();
    for (TableLine row : rows) {
      if (row.selector().equals(selector)) {
        gains
            .computeIfAbsent(
                new BenchmarkedResult(row.options(), row.setting(), List.of()),
                m -> new ArrayList<>())
            .add(row.gain());
      }
    }
    return gains.entrySet().stream().map(e -> e.getKey().with(e.getValue())).toList();
  }
}
