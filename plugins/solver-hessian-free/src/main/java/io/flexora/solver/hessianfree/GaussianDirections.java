package io.flexora.solver.hessianfree;

import io.flexora.api.run.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Standard normal directions. Their products with each other are the identity in the mean, on all
 * of alpha or, {@code centered}, on what sums to 0.
 *
 * @param seeds decide what is drawn
 * @param centered whether the mean is subtracted
 */
record GaussianDirections(Seeds seeds, boolean centered) implements Directions {

  @Override
  public double[] direction(long outerStep, int index, int gates) {
    SplittableRandom random = seeds.stream("solver", "zero-order", outerStep, index);
    double[] direction = new double[gates];
    Arrays.setAll(direction, i -> random.nextGaussian());
    if (centered && gates > 1) {
      double mean = Arrays.stream(direction).average().orElse(0);
      Arrays.setAll(direction, i -> direction[i] - mean);
    }
    return direction;
  }
}
