package io.flexora.api.evaluate;

import io.flexora.api.data.Example;
import io.flexora.api.head.Head;
import java.util.List;
import java.util.Optional;

/**
 * The task of an evaluation, as far as it is known before a model is loaded.
 *
 * @param examples the examples to score; may be empty
 * @param head the head of the task
 * @param generates whether the model can generate text
 * @param reference the model's own test examples, where {@code examples} are a further test set, so
 *     that what the model said of its own will stand beside them; empty where they are the own
 *     ones, and where an evaluator of another kind scores those, whose scores mean something else
 * @since 0.1
 */
public record EvaluatedTask(
    List<Example> examples, Head head, boolean generates, Optional<List<Example>> reference) {

  /** Copies the lists. */
  public EvaluatedTask {
    examples = List.copyOf(examples);
    reference = reference.map(List::copyOf);
  }

  /** A task without a reference. */
  public EvaluatedTask(List<Example> examples, Head head, boolean generates) {
    this(examples, head, generates, Optional.empty());
  }

  /** The names of the classes; empty if the head chooses among none. */
  public List<String> classes() {
    return head.classes();
  }

  /** The same where the examples are a further test set beside these own ones. */
  public EvaluatedTask withReference(List<Example> own) {
    return new EvaluatedTask(examples, head, generates, Optional.of(own));
  }

  /** Whether what the model said of its own test examples will stand beside these. */
  public boolean hasReference() {
    return reference.isPresent();
  }
}
