package io.flexora.tuner.tpe;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A density of choices: a mixture of one distribution for each trial, which favours its choice, and
 * of the uniform one. Its weights are those of {@link Weights}.
 */
final class ChoiceDensity implements Density {

  private final double[] probabilities;

  /**
   * Makes the density.
   *
   * @param seen the choices of the trials, from the oldest; may be empty
   * @param choices how many choices there are
   */
  ChoiceDensity(double[] seen, int choices) {
    double[] weights = Weights.of(seen.length);
    double prior = 1.0 / (seen.length + 1);
    probabilities = new double[choices];
    Arrays.fill(probabilities, weights[seen.length] / choices);
    for (int i = 0; i < seen.length; i++) {
      for (int choice = 0; choice < choices; choice++) {
        double own = choice == (int) seen[i] ? 1 : 0;
        probabilities[choice] += weights[i] * (own + prior) / (1 + choices * prior);
      }
    }
  }

  @Override
  public double draw(SplittableRandom random) {
    return Weights.draw(probabilities, random);
  }

  @Override
  public double log(double value) {
    return Math.log(probabilities[(int) value]);
  }
}
