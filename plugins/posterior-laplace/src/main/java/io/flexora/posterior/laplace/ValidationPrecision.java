package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDManager;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.Monitor;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The prior precision whose predictions give validation examples the highest likelihood, among
 * powers of ten in steps of a fifth: all of them are tried in one pass over the examples.
 */
final class ValidationPrecision {

  private static final int LOWEST = -4;
  private static final int HIGHEST = 6;
  private static final int STEPS = 5;

  private final OutputCovariance covariance;
  private final AverageProbabilities average;
  private final double[] precisions =
      IntStream.rangeClosed(LOWEST * STEPS, HIGHEST * STEPS)
          .mapToDouble(i -> Math.pow(10, (double) i / STEPS))
          .toArray();

  ValidationPrecision(OutputCovariance covariance, AverageProbabilities average) {
    this.covariance = covariance;
    this.average = average;
  }

  /**
   * Finds it.
   *
   * @param owner the owner of temporary arrays
   * @param monitor told if the best one is the first or the last
   * @param done told after each batch how many examples are done
   */
  double best(
      NDManager owner,
      GradientPass pass,
      List<Tokens> examples,
      Monitor monitor,
      IntConsumer done) {
    double[][] logarithms = new double[precisions.length][examples.size()];
    pass.over(
        owner,
        examples,
        (scope, e, found) -> {
          double[][][] covariances = covariance.of(scope, found, precisions);
          int label = Prediction.of(examples.get(e).example(), found.outputs()).label();
          for (int p = 0; p < precisions.length; p++) {
            logarithms[p][e] = average.logarithms(found.outputs(), covariances[p])[label];
          }
        },
        done);
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int p = 0; p < precisions.length; p++) {
      double sum = 0;
      for (double logarithm : logarithms[p]) {
        sum += logarithm;
      }
      if (sum > highest) {
        highest = sum;
        best = p;
      }
    }
    if (best == 0 || best == precisions.length - 1) {
      monitor.notice(
          ("The prior precision of %s is at the bound of what laplace tries, 1e%d to 1e%d: the %d"
                  + " validation examples do not determine it.")
              .formatted(precisions[best], LOWEST, HIGHEST, examples.size()));
    }
    return precisions[best];
  }
}
