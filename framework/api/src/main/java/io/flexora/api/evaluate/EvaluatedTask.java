package io.flexora.api.evaluate;

import io.flexora.api.data.Example;
import java.util.List;

/**
 * What an evaluation is about, as far as it is known before a model is loaded.
 *
 * @param examples the examples to score; may be empty
 * @param classes the names of the classes of the task; empty where the likelihood of an answer's
 *     text is judged
 * @param generates whether the model can generate text
 * @param hasReference whether the examples are a further test set, so that what the model said of
 *     its own test examples will stand beside them
 * @since 0.1
 */
public record EvaluatedTask(
    List<Example> examples, List<String> classes, boolean generates, boolean hasReference) {

  /** Copies the lists. */
  public EvaluatedTask {
    examples = List.copyOf(examples);
    classes = List.copyOf(classes);
  }

  /** A task without a reference. */
  public EvaluatedTask(List<Example> examples, List<String> classes, boolean generates) {
    this(examples, classes, generates, false);
  }

  /** The same on a further test set. */
  public EvaluatedTask withReference() {
    return new EvaluatedTask(examples, classes, generates, true);
  }
}
