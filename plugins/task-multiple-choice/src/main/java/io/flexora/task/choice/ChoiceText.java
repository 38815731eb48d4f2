package io.flexora.task.choice;

import io.flexora.jinja.JinjaTemplate;
import io.flexora.jinja.dialect.JinjaOptions;
import java.util.Collections;

/** Spells values as the harness does, which prints {@code False} for a choice {@code no}. */
final class ChoiceText {
  private static final JinjaTemplate VALUE =
      JinjaTemplate.parse("{{value}}", JinjaOptions.forPrompt("a value"));

  private ChoiceText() {}

  static String of(Object value) {
    return value instanceof String text
        ? text
        : VALUE.render(Collections.singletonMap("value", value));
  }
}
