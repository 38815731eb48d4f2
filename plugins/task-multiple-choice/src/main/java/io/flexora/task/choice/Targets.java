package io.flexora.task.choice;

import io.flexora.api.data.Row;
import io.flexora.jinja.PythonLiteral;
import io.flexora.jinja.dialect.JinjaException;
import java.util.List;
import java.util.Map;

/**
 * Finds the right choices that a target names, as the harness does: digits that a template prints
 * are an index, even where a choice reads the same; a text that a field holds is compared with the
 * choices and nothing else; a list holds the indices of several.
 */
final class Targets {
  private static final int SHOWN = 10;
  private static final String DIGITS = "\\d{1,6}";

  private Targets() {}

  /** The indices of the right choices, at least one. */
  static List<Integer> right(
      Row row, Template target, Map<String, ?> document, List<String> choices) {
    Object value = target.value(row, document);
    boolean held = target.isField(document);
    List<Integer> right = held ? held(value, choices) : printed(value.toString(), choices);
    if (!right.isEmpty() && right.stream().allMatch(i -> i >= 0 && i < choices.size())) {
      return right;
    }
    target.refuseMissing(row, document);
    throw BadRow.of(
        row,
        "%s (%s) gives '%s', which is neither the index nor the text of one of the %d choices %s%s"
            .formatted(
                target.key(),
                target.source(),
                value,
                choices.size(),
                choices.subList(0, Math.min(SHOWN, choices.size())),
                held && value instanceof String text && text.matches(DIGITS)
                    ? "; if the text is an index, write \"{{" + target.source() + "}}\""
                    : ""));
  }

  private static List<Integer> printed(String text, List<String> choices) {
    if (text.matches(DIGITS)) {
      return List.of(Integer.parseInt(text));
    }
    if (text.startsWith("[") && text.endsWith("]")) {
      try {
        return held(PythonLiteral.parse(text), choices);
      } catch (JinjaException e) {
        return held(text, choices);
      }
    }
    return held(text, choices);
  }

  private static List<Integer> held(Object value, List<String> choices) {
    if (value instanceof List<?> several) {
      return several.stream().map(Targets::index).distinct().toList();
    }
    return List.of(value instanceof String text ? choices.indexOf(text) : index(value));
  }

  /** What Python takes for an index; -1 for anything else. */
  private static int index(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    return value instanceof Number number && number.doubleValue() == number.intValue()
        ? number.intValue()
        : -1;
  }
}
