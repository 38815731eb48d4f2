package io.flexora.api.data;

import io.flexora.api.run.IncompatibleOptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A text with the values of a row's fields: the name of a field, or a template with fields in
 * braces such as <code>{lemma}: {gloss}</code>.
 *
 * @since 0.1
 */
public final class TextTemplate {

  private static final Pattern TOKEN = Pattern.compile("\\{\\{|}}|\\{([^{}]*)}|[{}]");

  private final String option;
  private final String source;
  private final Optional<String> onlyField;
  private final List<Function<Row, String>> parts;

  private TextTemplate(
      String option, String source, Optional<String> onlyField, List<Function<Row, String>> parts) {
    this.option = option;
    this.source = source;
    this.onlyField = onlyField;
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads a field's name, or a template with names in braces, where <code>{{</code> and <code>}}
   * </code> stand for single ones.
   *
   * @param option the name of the option that it is written in, for messages
   * @throws IncompatibleOptionException if braces do not pair
   */
  public static TextTemplate parse(String option, String source) {
    if (source.indexOf('{') < 0 && source.indexOf('}') < 0) {
      return new TextTemplate(
          option, source, Optional.of(source), List.of(row -> text(row, source)));
    }
    List<Function<Row, String>> parts = new ArrayList<>();
    Matcher token = TOKEN.matcher(source);
    int from = 0;
    while (token.find()) {
      String before = source.substring(from, token.start());
      parts.add(row -> before);
      parts.add(part(option, source, token));
      from = token.end();
    }
    String behind = source.substring(from);
    parts.add(row -> behind);
    return new TextTemplate(option, source, Optional.empty(), parts);
  }

  private static Function<Row, String> part(String option, String source, Matcher token) {
    if (token.group(1) != null && !token.group(1).isBlank()) {
      String field = token.group(1).strip();
      return row -> text(row, field);
    }
    return switch (token.group()) {
      case "{{" -> row -> "{";
      case "}}" -> row -> "}";
      default ->
          throw new IncompatibleOptionException(
              option,
              "text template '%s': the brace at character %d stands alone; write {field}, or {{ and"
                      .formatted(source, token.start() + 1)
                  + " }} for braces in the text");
    };
  }

  /** The field that the text is, where it is nothing else. */
  public Optional<String> onlyField() {
    return onlyField;
  }

  /**
   * Fills in a row's values; the items of a list are joined by commas.
   *
   * @throws IncompatibleOptionException if the row lacks a field or holds something that is no text
   * @throws RowException if the text is blank
   */
  public String fill(Row row) {
    String text =
        RowFields.named(
            option,
            () -> parts.stream().map(part -> part.apply(row)).collect(Collectors.joining()));
    if (text.isBlank()) {
      throw new RowException(
          row.origin(),
          "row " + row.origin() + ": the text '" + source + "' is empty; remove the row");
    }
    return text;
  }

  private static String text(Row row, String field) {
    RowFields fields = new RowFields(row);
    Object value = fields.value(field);
    return value instanceof List<?> list
        ? list.stream().map(item -> fields.asText(field, item)).collect(Collectors.joining(", "))
        : fields.asText(field, value);
  }
}
