package io.flexora.task.choice;

import io.flexora.api.data.Row;
import java.util.List;
import java.util.Map;

/** Finds the right choice that a target names: by its index or by its text. */
final class Targets {
  private static final int SHOWN = 10;

  private Targets() {}

  static int index(Row row, Template target, Map<String, ?> document, List<String> choices) {
    Object value = target.value(row, document);
    int index = index(value, choices);
    if (index < 0 && !(value instanceof Number)) {
      target.refuseMissing(row, document);
    }
    if (index < 0 || index >= choices.size()) {
      throw BadRow.of(
          row,
          "%s (%s) gives '%s', which is neither the index nor the text of one of the %d choices %s"
              .formatted(
                  target.key(),
                  target.source(),
                  value,
                  choices.size(),
                  choices.subList(0, Math.min(SHOWN, choices.size()))));
    }
    return index;
  }

  private static int index(Object value, List<String> choices) {
    if (value instanceof Boolean truth) {
      return truth ? 1 : 0;
    }
    if (value instanceof Number number) {
      return number.doubleValue() == number.intValue() ? number.intValue() : -1;
    }
    if (value instanceof List<?> several && !several.isEmpty()) {
      return index(several.get(0), choices);
    }
    String text = String.valueOf(value);
    int named = choices.indexOf(text);
    return named < 0 && text.matches("\\d{1,6}") ? Integer.parseInt(text) : named;
  }
}
