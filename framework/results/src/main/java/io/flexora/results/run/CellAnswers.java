package io.flexora.results.run;

import java.util.List;

/**
 * The answers of a cell, beyond the numbers of its metrics.
 *
 * @param classes the scores of each class, in the order of the task, or of each label or type of
 *     entity; empty where examples have choices of their own
 * @param confusions the entries of the confusion matrix above 0, in the order of the classes; empty
 *     unless each example has one class
 * @param curves the curves of each class that some but not all examples have, likewise
 * @param examples some answers: first wrong ones, the most confident first, then right ones, the
 *     least confident first
 * @since 0.1
 */
public record CellAnswers(
    List<ClassScore> classes,
    List<Confusion> confusions,
    List<ClassCurve> curves,
    List<AnsweredExample> examples) {

  /** Copies the lists. */
  public CellAnswers {
    classes = List.copyOf(classes);
    confusions = List.copyOf(confusions);
    curves = List.copyOf(curves);
    examples = List.copyOf(examples);
  }

  /** Answers of which each may have several classes, or none. */
  public CellAnswers(List<ClassScore> classes, List<AnsweredExample> examples) {
    this(classes, List.of(), List.of(), examples);
  }

  /** Whether there is nothing to show. */
  public boolean isEmpty() {
    return classes.isEmpty() && examples.isEmpty();
  }
}
