package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;

/** The task {@code hellaswag} of lm-evaluation-harness. */
@Doc("HellaSwag: finish the description of an event.")
final class HellaswagTask extends NamedTask {
  /** Removes the marks that WikiHow's articles left in the texts. */
  private static final String CLEANED =
      "{%- macro clean(text) -%}{{ (text.strip().replace(' [title]', '. ')"
          + " | regex_replace('\\\\[.*?\\\\]', '')).replace('  ', ' ') }}{%- endmacro -%}";

  @Inject
  HellaswagTask(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.of(
            CLEANED
                + "{{ clean((activity_label ~ ': ' if activity_label is not none else '')"
                + " ~ ctx_a ~ ' ' ~ ctx_b.capitalize()) }}",
            CLEANED
                + "{% set out = namespace(texts=[]) %}{% for ending in endings %}"
                + "{% set out.texts = out.texts + [clean(ending)] %}{% endfor %}{{ out.texts }}"));
  }

  @Override
  void fill(Fields fields) {
    List<String> endings = fields.list("endings");
    fields
        .texts("ctx_a")
        .put("activity_label", fields.optionalText("activity_label").orElse(null))
        .put("ctx_b", fields.optionalText("ctx_b").orElse(""))
        .put("endings", endings)
        .put("gold", Labels.number(fields, "label", 0, endings.size()));
  }
}
