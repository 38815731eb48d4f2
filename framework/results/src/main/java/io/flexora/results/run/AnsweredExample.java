package io.flexora.results.run;

import java.util.Objects;

/**
 * A test example with what a cell said of it, for people to read.
 *
 * @param exampleId the origin of its row
 * @param text its text, cut if it is long
 * @param label the right answer's text, cut if it is long
 * @param predicted the text of the answer with the highest score, likewise
 * @param confidence the probability of that answer among all answers; NaN where there is none
 * @param right whether it is a right one
 * @since 0.1
 */
public record AnsweredExample(
    String exampleId,
    String text,
    String label,
    String predicted,
    double confidence,
    boolean right) {

  /** Refuses null. */
  public AnsweredExample {
    Objects.requireNonNull(exampleId);
    Objects.requireNonNull(text);
    Objects.requireNonNull(label);
    Objects.requireNonNull(predicted);
  }
}
