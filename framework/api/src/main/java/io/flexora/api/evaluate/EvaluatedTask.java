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
 * @since 0.1
 */
public record EvaluatedTask(List<Example> examples, List<String> classes, boolean generates) {

  /** Copies the lists. */
  public EvaluatedTask {
    examples = List.copyOf(examples);
    classes = List.copyOf(classes);
  }
}
