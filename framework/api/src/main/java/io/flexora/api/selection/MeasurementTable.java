package io.flexora.api.selection;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.MeasuredGain.Interval;
import io.flexora.api.selection.MeasuredGain.Reference;
import io.flexora.api.selection.MeasuredSetting.ModelKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The file that {@link Measured} names.
 *
 * @param rows its lines, in their order
 */
record MeasurementTable(List<Row> rows) {

  private static final String COLUMNS =
      "selector,options,model,layers,budget,rows,passes,seeds,to,tasks,classes,points,low,high,"
          + "source";

  private static final int COUNT = COLUMNS.split(",", -1).length;

  /**
   * A line.
   *
   * @param selector the name of the extension
   * @param options as in {@link Measurement}
   * @param setting where it was measured
   * @param gain what came out
   */
  record Row(
      String selector, Map<String, String> options, MeasuredSetting setting, MeasuredGain gain) {}

  /** Copies the rows. */
  MeasurementTable {
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file.
   *
   * @param owner the class that names it
   * @throws FlexoraException if it is not there or malformed
   */
  static MeasurementTable beside(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new FlexoraException(
            "there is no file '%s' beside class %s, which names it"
                .formatted(file, owner.getName()));
      }
      return of(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
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
  static MeasurementTable of(String name, String text) {
    List<Row> rows = new ArrayList<>();
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
    return new MeasurementTable(rows);
  }

  private static void requireColumns(String line) {
    if (!line.equals(COLUMNS)) {
      throw new IllegalArgumentException("the first line has to be " + COLUMNS);
    }
  }

  private static Row row(List<String> fields) {
    if (fields.size() != COUNT) {
      throw new IllegalArgumentException(
          "%d values, but there are %d columns".formatted(fields.size(), COUNT));
    }
    return new Row(fields.get(0), options(fields.get(1)), setting(fields), gain(fields));
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

  private static MeasuredSetting setting(List<String> fields) {
    return new MeasuredSetting(
        ModelKind.valueOf(constant(fields.get(2))),
        Integer.parseInt(fields.get(3)),
        Integer.parseInt(fields.get(4)),
        Long.parseLong(fields.get(5)),
        Double.parseDouble(fields.get(6)),
        Integer.parseInt(fields.get(7)),
        fields.get(14));
  }

  private static MeasuredGain gain(List<String> fields) {
    String classes = fields.get(10).isEmpty() ? "0" : fields.get(10);
    int sign = classes.indexOf('-');
    return new MeasuredGain(
        Reference.valueOf(constant(fields.get(8))),
        Integer.parseInt(fields.get(9)),
        Integer.parseInt(sign < 0 ? classes : classes.substring(0, sign)),
        Integer.parseInt(classes.substring(sign + 1)),
        Double.parseDouble(fields.get(11)),
        interval(fields.get(12), fields.get(13)));
  }

  private static Optional<Interval> interval(String low, String high) {
    return low.isEmpty() && high.isEmpty()
        ? Optional.empty()
        : Optional.of(new Interval(Double.parseDouble(low), Double.parseDouble(high)));
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What it says of a selector: the lines of the same options and setting together. */
  List<Measurement> of(String selector) {
    Map<Measurement, List<MeasuredGain>> gains = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.selector().equals(selector)) {
        gains
            .computeIfAbsent(
                new Measurement(row.options(), row.setting(), List.of()), m -> new ArrayList<>())
            .add(row.gain());
      }
    }
    return gains.entrySet().stream().map(e -> e.getKey().with(e.getValue())).toList();
  }
}
