package io.flexora.metric.basic;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import java.util.List;
import java.util.Optional;

/** The demands of classification metrics on the examples. */
final class Classes {

  private Classes() {}

  /** Why the choices are no classes: two examples have different ones. */
  static Optional<String> misfit(EvaluatedTask task) {
    List<Example> examples = task.examples();
    return examples.stream()
        .filter(example -> !example.choices().equals(examples.get(0).choices()))
        .findFirst()
        .map(
            other ->
                ("it needs the same choices in every example, which are its classes, but those of"
                        + " %s and %s differ")
                    .formatted(examples.get(0).id(), other.id()));
  }

  /** The same where each example also has to have one prompt and one right choice. */
  static Optional<String> misfitOfOneLabel(EvaluatedTask task) {
    return misfit(task)
        .or(
            () ->
                task.examples().stream()
                    .filter(e -> !e.alsoRight().isEmpty() || e.prompts().size() > 1)
                    .findFirst()
                    .map(
                        e ->
                            "it needs one prompt and one right choice in every example, but "
                                + e.id()
                                + " has several"));
  }

  /** Why there is nothing to choose among: every example has a single choice. */
  static Optional<String> misfitOfChoices(EvaluatedTask task) {
    return !task.examples().isEmpty()
            && task.examples().stream().allMatch(example -> example.choices().size() == 1)
        ? Optional.of("it needs answers to choose among, but every example has one alone")
        : Optional.empty();
  }

  /** Why not all have something to choose among: an example has a single choice. */
  static Optional<String> misfitOfSingleChoices(List<Example> examples) {
    return examples.stream()
        .filter(example -> example.choices().size() == 1)
        .findFirst()
        .map(
            example ->
                "it needs answers to choose among in every example, but %s has one alone"
                    .formatted(example.id()));
  }
}
