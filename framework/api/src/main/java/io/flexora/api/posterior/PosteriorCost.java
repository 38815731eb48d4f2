package io.flexora.api.posterior;

/**
 * What a posterior takes beyond the training of its model, for estimates of time.
 *
 * @param trainings how many further trainings of the model it does
 * @param forwardPasses how many examples it passes through the model for its fit and for scoring
 *     the test examples; a gradient counts as two passes more, and layers that are computed once
 *     more for it as one
 * @since 0.1
 */
public record PosteriorCost(int trainings, long forwardPasses) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public PosteriorCost {
    if (trainings < 0 || forwardPasses < 0) {
      throw new IllegalArgumentException(
          "%d trainings and %d forward passes are no cost".formatted(trainings, forwardPasses));
    }
  }
}
