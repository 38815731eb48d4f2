package io.flexora.results.run;

import java.util.List;

/**
 * The answers of a cell, beyond the numbers of its metrics.
 *
 * @param classes how well it tells each class, in the order of the task, or each label or type of
 *     entity; empty where examples have choices of their own
 * @param examples some answers: first wrong ones, the most confident first, then right ones, the
 *     least confident first
 * @since 0.1
 */
public record CellAnswers(List<ClassScore> classes, List<AnsweredExample> examples) {

  /** Copies both. */
  public CellAnswers {
    classes = List.copyOf(classes);
    examples = List.copyOf(examples);
  }

  /** Whether there is nothing to show. */
  public boolean isEmpty() {
    return classes.isEmpty() && examples.isEmpty();
  }
}
