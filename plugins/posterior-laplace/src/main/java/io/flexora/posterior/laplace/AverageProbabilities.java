package io.flexora.posterior.laplace;

import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.ChoiceProbabilities;
import io.flexora.numerics.vector.Cholesky;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The mean of the softmax over a Gaussian distribution of class outputs, as logarithms. The draws
 * are the same for all examples with as many classes, so an example's probabilities depend on
 * nothing but itself.
 */
final class AverageProbabilities {

  /** What is added to the diagonal of a covariance, so that it has a Cholesky factor. */
  private static final double JITTER = 1e-6;

  private final Averaging averaging;
  private final int samples;
  private final Seeds seeds;
  private final Map<Integer, double[][]> draws = new HashMap<>();

  AverageProbabilities(Averaging averaging, int samples, Seeds seeds) {
    this.averaging = averaging;
    this.samples = samples;
    this.seeds = seeds;
  }

  /**
   * The logarithms of the mean probabilities.
   *
   * @param outputs the mean of the class outputs
   * @param covariance their covariance; for {@link Averaging#MC} that of their differences from the
   *     first one will do
   */
  double[] logarithms(double[] outputs, double[][] covariance) {
    return averaging == Averaging.PROBIT
        ? probit(outputs, covariance)
        : sampled(outputs, covariance);
  }

  private static double[] probit(double[] outputs, double[][] covariance) {
    double[] moderated = new double[outputs.length];
    for (int c = 0; c < moderated.length; c++) {
      moderated[c] = outputs[c] / Math.sqrt(1 + Math.PI / 8 * covariance[c][c]);
    }
    return ChoiceProbabilities.logarithms(moderated);
  }

  private double[] sampled(double[] outputs, double[][] covariance) {
    double[][] factor = Cholesky.factor(jittered(covariance));
    double[][] normal = draws.computeIfAbsent(outputs.length, this::drawn);
    double[][] logs = new double[outputs.length][samples];
    for (int n = 0; n < samples; n++) {
      double[] moved = outputs.clone();
      for (int c = 0; c < moved.length; c++) {
        for (int k = 0; k <= c; k++) {
          moved[c] += factor[c][k] * normal[n][k];
        }
      }
      double[] one = ChoiceProbabilities.logarithms(moved);
      for (int c = 0; c < one.length; c++) {
        logs[c][n] = one[c];
      }
    }
    return Arrays.stream(logs)
        .mapToDouble(of -> ChoiceProbabilities.logNormaliser(of) - Math.log(samples))
        .toArray();
  }

  private double[][] drawn(int classes) {
    SplittableRandom random = seeds.stream("laplace", classes);
    double[][] normal = new double[samples][classes];
    for (double[] row : normal) {
      for (int c = 0; c < classes; c++) {
        row[c] = random.nextGaussian();
      }
    }
    return normal;
  }

  private static double[][] jittered(double[][] covariance) {
    double[][] jittered = covariance.clone();
    for (int c = 0; c < jittered.length; c++) {
      jittered[c] = covariance[c].clone();
      jittered[c][c] += JITTER;
    }
    return jittered;
  }
}
