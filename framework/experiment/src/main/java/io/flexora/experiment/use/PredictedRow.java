package io.flexora.experiment.use;

import java.util.Comparator;
import java.util.List;

/**
 * The answers of a model to a row.
 *
 * @param row where the row comes from
 * @param answers the answers that it could give, the most probable first
 * @since 0.1
 */
public record PredictedRow(String row, List<PredictedAnswer> answers) {

  /**
   * An answer.
   *
   * @param text the name of the class, the text of the choice, or the number in its unit
   * @param probability among all answers of the row, by their likelihoods; NaN where the model
   *     gives none, as of a number
   */
  public record PredictedAnswer(String text, double probability) {}

  /** Sorts the answers; of equals the first stays in front. */
  public PredictedRow {
    answers = answers.stream().sorted(Comparator.comparingDouble(a -> -a.probability())).toList();
  }
}
