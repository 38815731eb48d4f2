package io.flexora.metric.basic;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.run.Compatibility;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The demands of classification metrics on the examples. */
final class Classes {

  private Classes() {}

  /** Notes where the choices are no classes: two examples have different ones. */
  static void check(EvaluatedTask task, Compatibility found) {
    List<Example> examples = task.examples();
    first(examples, example -> !example.choices().equals(examples.get(0).choices()))
        .ifPresent(
            other ->
                found.refuse(
                    ("it needs the same choices in every example, which are its classes, but those"
                            + " of %s and %s differ")
                        .formatted(examples.get(0).id(), other.id())));
  }

  /** The same where each example also has to have one prompt and one right choice. */
  static void checkOneLabel(EvaluatedTask task, Compatibility found) {
    check(task, found);
    first(task.examples(), e -> !e.alsoRight().isEmpty() || e.prompts().size() > 1)
        .ifPresent(
            e ->
                found.refuse(
                    "it needs one prompt and one right choice in every example, but "
                        + e.id()
                        + " has several"));
  }

  /** Notes where there is nothing to choose among: every example has a single choice. */
  static void checkChoices(EvaluatedTask task, Compatibility found) {
    if (!task.examples().isEmpty()
        && task.examples().stream().allMatch(example -> example.choices().size() == 1)) {
      found.refuse("it needs answers to choose among, but every example has one alone");
    }
  }

  /** Notes where not all have something to choose among: an example has a single choice. */
  static void checkAllChoices(List<Example> examples, Compatibility found) {
    first(examples, example -> example.choices().size() == 1)
        .ifPresent(
            example ->
                found.refuse(
                    "it needs answers to choose among in every example, but %s has one alone"
                        .formatted(example.id())));
  }

  private static Optional<Example> first(List<Example> examples, Predicate<Example> asked) {
    return examples.stream().filter(asked).findFirst();
  }
}
