package io.flexora.api.evaluate;

import java.util.List;

/**
 * What a model said of one example.
 *
 * @param exampleId the example
 * @param label the right choice
 * @param predicted the choice with the highest score; the first of equals
 * @param scores the log-likelihood of each choice
 * @since 0.1
 */
public record Prediction(String exampleId, int label, int predicted, List<Double> scores) {

  /** Copies the scores. */
  public Prediction {
    scores = List.copyOf(scores);
  }
}
