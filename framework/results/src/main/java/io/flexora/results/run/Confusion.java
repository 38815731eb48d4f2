package io.flexora.results.run;

import java.util.Objects;

/**
 * An entry of a confusion matrix.
 *
 * @param label the true class
 * @param predicted the predicted class
 * @param examples the number of examples with both
 * @since 0.1
 */
public record Confusion(String label, String predicted, long examples) {

  /** Refuses null. */
  public Confusion {
    Objects.requireNonNull(label);
    Objects.requireNonNull(predicted);
  }
}
