package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** The task {@code sst2} of lm-evaluation-harness. */
@Doc("SST-2: say whether the sentence of a film review is positive or negative.")
final class Sst2Task extends NamedTask {

  @Inject
  Sst2Task(ShotOptions options, Seeds seeds) {
    super(
        options,
        seeds,
        Templates.of(
            "{{sentence}}\nQuestion: Is this sentence positive or negative?\nAnswer:",
            List.of("negative", "positive")));
  }

  @Override
  public Optional<String> textField() {
    return Optional.of("sentence");
  }

  @Override
  void fill(Fields fields) {
    fields.texts("sentence").put("gold", Labels.number(fields, "label", 0, 2));
  }
}
