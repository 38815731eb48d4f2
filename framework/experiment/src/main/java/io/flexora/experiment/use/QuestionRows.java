package io.flexora.experiment.use;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.JsonProblem;
import io.flexora.files.text.SeparatedValues;
import io.flexora.files.text.SeparatedValues.NumberedRow;
import io.flexora.files.text.Utf8Text;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rows to predict the answers of.
 *
 * @since 0.1
 */
public final class QuestionRows {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  private QuestionRows() {}

  /** Rows of one field. */
  public static List<Row> ofTexts(List<String> texts, String field) {
    return IntStream.range(0, texts.size())
        .mapToObj(i -> new Row("text:" + (i + 1), Map.of(field, texts.get(i))))
        .toList();
  }

  /**
   * Reads a JSON object from each line of a UTF-8 file; empty lines are passed over. Of a file
   * whose name ends in {@code .csv} or {@code .tsv} the first row names the fields of the others.
   *
   * @throws FlexoraException if the file cannot be read, has no row, or a line is something else
   */
  public static List<Row> read(Path file) {
    try {
      Optional<Character> separator = separator(file.toString());
      return separator.isPresent()
          ? ofTable(file.toString(), Utf8Text.of(RegularFile.bytes(file)), separator.get())
          : ofLines(file.toString(), RegularFile.lines(file));
    } catch (NoSuchFileException e) {
      throw new FlexoraException("there is no file " + file, e);
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  private static Optional<Character> separator(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".csv")
        ? Optional.of(',')
        : lower.endsWith(".tsv") ? Optional.of('\t') : Optional.empty();
  }

  private static List<Row> ofTable(String name, String text, char separator) {
    List<NumberedRow> rows;
    try {
      rows = SeparatedValues.read(text, separator);
    } catch (IllegalArgumentException e) {
      throw new FlexoraException(name + ": " + e.getMessage(), e);
    }
    if (rows.size() < 2) {
      throw new FlexoraException(
          name
              + " has no row; write the names of the fields in the first line, and a row in each further one");
    }
    List<String> names = rows.get(0).fields();
    return rows.stream().skip(1).map(row -> row(name, names, row)).toList();
  }

  private static Row row(String name, List<String> names, NumberedRow row) {
    String origin = name + ":" + row.line();
    if (row.fields().size() != names.size()) {
      throw new FlexoraException(
          "%s has %d fields, but the first line names %d"
              .formatted(origin, row.fields().size(), names.size()));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), row.fields().get(i));
    }
    return new Row(origin, fields);
  }

  /**
   * Reads a JSON object from each line.
   *
   * @param name what messages and answers call the text
   * @throws FlexoraException as {@link #read}
   */
  public static List<Row> ofLines(String name, List<String> lines) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        rows.add(row(name, i + 1, lines.get(i)));
      }
    }
    if (rows.isEmpty()) {
      throw new FlexoraException(name + " has no row; write a JSON object on each line");
    }
    return rows;
  }

  private static Row row(String name, int number, String line) {
    String origin = name + ":" + number;
    try {
      JsonNode row = JSON.readTree(line);
      if (!row.isObject()) {
        throw new FlexoraException(
            "%s is %s, but has to be a JSON object with the fields of a row, such as {\"text\": \"...\"}"
                .formatted(origin, words(row)));
      }
      return new Row(origin, JSON.convertValue(row, FIELDS));
    } catch (JsonProcessingException e) {
      throw new FlexoraException(
          "%s is no JSON object: %s%s".formatted(origin, JsonProblem.of(e), hint(name)), e);
    }
  }

  private static String words(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case STRING -> "a text";
      case NUMBER -> "a number";
      default -> value.toString();
    };
  }

  private static String hint(String name) {
    return separator(name).isPresent() ? "; rows are read as JSON Lines, not as CSV" : "";
  }
}
