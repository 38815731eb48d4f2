package io.flexora.task.choice;

import io.flexora.api.data.Row;
import io.flexora.api.data.RowException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.jinja.JinjaTemplate;
import io.flexora.jinja.PythonLiteral;
import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The value of one of the harness's keys: the name of a field, or a template.
 *
 * @param key such as {@code doc_to_text}
 */
record Template(String key, String source, JinjaTemplate jinja) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

  static Template of(String key, String source) {
    try {
      return new Template(key, source, JinjaTemplate.parse(source, JinjaOptions.forPrompt(key)));
    } catch (JinjaException e) {
      throw new IncompatibleOptionException(key, e.getMessage(), e);
    }
  }

  /** The field's value, which may be null, or the text that the template gives. */
  Object value(Row row, Map<String, ?> document) {
    return isField(document) ? document.get(source) : rendered(row, document);
  }

  /** Whether this is the name of a field rather than a template. */
  boolean isField(Map<String, ?> document) {
    return document.containsKey(source);
  }

  private String rendered(Row row, Map<String, ?> document) {
    try {
      return jinja.render(document);
    } catch (JinjaException e) {
      throw new RowException(row.origin(), "row " + row.origin() + ": " + e.getMessage(), e);
    }
  }

  String text(Row row, Map<String, ?> document) {
    refuseMissing(row, document);
    Object value = value(row, document);
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value instanceof String text ? text : ChoiceText.of(value);
    }
    throw BadRow.of(row, "%s (%s) gives %s; a text is needed".formatted(key, source, value));
  }

  /** A word that is no field is a field's name that the row lacks, not a prompt. */
  void refuseMissing(Row row, Map<String, ?> document) {
    if (NAME.matcher(source).matches() && !isField(document)) {
      throw BadRow.missing(row, source);
    }
  }

  /** The list that the field holds or the template prints. */
  List<String> list(Row row, Map<String, ?> document) {
    refuseMissing(row, document);
    Object value = value(row, document);
    Object read = value instanceof String text ? literal(row, text) : value;
    if (!(read instanceof List<?> items) || items.size() < 2) {
      throw BadRow.of(row, key + " gives " + value + "; a list of at least two texts is needed");
    }
    return items.stream().map(ChoiceText::of).toList();
  }

  private Object literal(Row row, String text) {
    try {
      return PythonLiteral.parse(text);
    } catch (JinjaException e) {
      throw BadRow.of(row, key + " prints '" + text + "', which is no list: " + e.reason());
    }
  }
}
