package io.flexora.task.classification;

import io.flexora.api.data.Row;
import io.flexora.api.data.RowFields;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A text with the values of a row's fields in it.
 *
 * @param parts the parts in order
 */
record TextTemplate(List<Part> parts) {
  private static final Pattern TOKEN = Pattern.compile("\\{\\{|}}|\\{([^{}]*)}|[{}]");

  /** A part of the text. */
  sealed interface Part {}

  /** A text that stands as it is. */
  record Literal(String text) implements Part {}

  /** The value of a field. */
  record Field(String name) implements Part {}

  TextTemplate {
    parts = List.copyOf(parts);
  }

  /** The value of one field. */
  private static TextTemplate field(String name) {
    return new TextTemplate(List.of(new Field(name)));
  }

  /**
   * Reads a field's name, or a template with names in braces.
   *
   * @throws FlexoraException if braces do not pair
   */
  static TextTemplate parse(String source) {
    if (source.indexOf('{') < 0 && source.indexOf('}') < 0) {
      return field(source);
    }
    List<Part> parts = new ArrayList<>();
    Matcher token = TOKEN.matcher(source);
    int from = 0;
    while (token.find()) {
      parts.add(new Literal(source.substring(from, token.start())));
      parts.add(part(source, token));
      from = token.end();
    }
    parts.add(new Literal(source.substring(from)));
    return new TextTemplate(parts);
  }

  private static Part part(String source, Matcher token) {
    if (token.group(1) != null && !token.group(1).isBlank()) {
      return new Field(token.group(1).strip());
    }
    return switch (token.group()) {
      case "{{" -> new Literal("{");
      case "}}" -> new Literal("}");
      default ->
          throw new IncompatibleOptionException(
              "text",
              "text template '%s': the brace at character %d stands alone; write {field}, or {{ and"
                      .formatted(source, token.start() + 1)
                  + " }} for braces in the text");
    };
  }

  /**
   * Fills in a row's values.
   *
   * @throws FlexoraException if the row lacks a field or holds something that is no text
   */
  String fill(Row row) {
    return parts.stream().map(p -> text(p, row)).collect(Collectors.joining());
  }

  /** The field that the text is, where it is nothing else. */
  Optional<String> onlyField() {
    return parts.size() == 1 && parts.get(0) instanceof Field field
        ? Optional.of(field.name())
        : Optional.empty();
  }

  private static String text(Part part, Row row) {
    if (part instanceof Literal literal) {
      return literal.text();
    }
    String name = ((Field) part).name();
    RowFields fields = new RowFields(row);
    Object value = fields.value(name);
    return value instanceof List<?> list
        ? list.stream().map(item -> fields.asText(name, item)).collect(Collectors.joining(", "))
        : fields.asText(name, value);
  }
}
