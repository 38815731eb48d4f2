package io.flexora.selector.searched;

import io.flexora.numerics.layer.EarlyStopping;
import io.flexora.numerics.vector.Cholesky;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * The probability that a set of layers still to be judged is better than the best one so far, by a
 * Bayesian linear regression of the validation losses on which layers a set has.
 *
 * <p>With z = (1, one number for each layer: 1 if the set has it), the loss is z · w plus noise of
 * variance s². The constant has a flat prior, the layers' weights are normal with variance rho s²,
 * and s² has Jeffreys' prior, so that the predictive distribution is Student's t (Gelman et al.,
 * Bayesian Data Analysis, 14.2). rho is averaged over a grid with the marginal likelihood as its
 * weight; the least of it says that layers do not matter. The share of draws in which one of the
 * sets has a lower loss than the best so far is the probability.
 *
 * <p>All losses are those of the first rung, where sets were trained equally long. Sets that
 * diverged say nothing. A set that was judged and comes again has the same loss again, so it is no
 * better than the best.
 */
final class SetForecast {

  private static final int DRAWS = 1000;
  private static final double[] RHO = {1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1e3};

  private final int layers;
  private final Set<List<Integer>> known;
  private final List<TrialResult> sound;
  private final double best;

  /**
   * Looks at what was judged.
   *
   * @param judged the sets so far, each judged once at least
   * @param layers the layers of the model
   */
  SetForecast(List<TrialResult> judged, int layers) {
    this.layers = layers;
    this.known = judged.stream().map(TrialResult::layers).collect(Collectors.toSet());
    this.sound = judged.stream().filter(set -> Double.isFinite(loss(set))).toList();
    this.best =
        sound.isEmpty() ? Double.NaN : loss(sound.stream().min(TrialResult.BEST_FIRST).get());
  }

  private static double loss(TrialResult set) {
    return set.losses().get(0);
  }

  /**
   * The probability that at least one of these sets has a lower loss than the best so far; empty if
   * too few were judged to tell.
   */
  OptionalDouble probabilityOfBetter(List<List<Integer>> sets) {
    if (sound.size() < EarlyStopping.FEWEST_JUDGED) {
      return OptionalDouble.empty();
    }
    Fit[] fits = Arrays.stream(RHO).mapToObj(this::fit).toArray(Fit[]::new);
    double[] cumulated = weights(fits);
    double[][] rows =
        sets.stream().filter(set -> !known.contains(set)).map(this::row).toArray(double[][]::new);
    // The same losses get the same answer, in whatever process the search goes on.
    SplittableRandom random = new SplittableRandom(sound.size());
    int better = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double which = random.nextDouble();
      int chosen = 0;
      while (chosen < fits.length - 1 && cumulated[chosen] < which) {
        chosen++;
      }
      better += fits[chosen].isBetterDrawn(rows, best, random) ? 1 : 0;
    }
    return OptionalDouble.of((double) better / DRAWS);
  }

  private static double[] weights(Fit[] fits) {
    double largest = Arrays.stream(fits).mapToDouble(Fit::logEvidence).max().orElseThrow();
    double[] cumulated =
        Arrays.stream(fits).mapToDouble(fit -> Math.exp(fit.logEvidence() - largest)).toArray();
    double sum = Arrays.stream(cumulated).sum();
    double so = 0;
    for (int i = 0; i < cumulated.length; i++) {
      so += cumulated[i] / sum;
      cumulated[i] = so;
    }
    return cumulated;
  }

  private double[] row(List<Integer> set) {
    double[] row = new double[layers + 1];
    row[0] = 1;
    set.forEach(layer -> row[layer + 1] = 1);
    return row;
  }

  /** The posterior of the weights for one rho. */
  private Fit fit(double rho) {
    int side = layers + 1;
    double[][] precision = new double[side][side];
    double[] products = new double[side];
    double middle = sound.stream().mapToDouble(SetForecast::loss).average().orElseThrow();
    double squares = 0;
    for (TrialResult set : sound) {
      double[] row = row(set.layers());
      double y = loss(set) - middle;
      squares += y * y;
      for (int i = 0; i < side; i++) {
        products[i] += row[i] * y;
        for (int j = 0; j <= i; j++) {
          precision[i][j] += row[i] * row[j];
        }
      }
    }
    for (int i = 1; i < side; i++) {
      precision[i][i] += 1 / rho;
    }
    double[][] factor = Cholesky.factor(precision);
    double[] mean = Cholesky.backward(factor, Cholesky.forward(factor, products));
    double explained = 0;
    double logDeterminant = layers * Math.log(rho);
    for (int i = 0; i < side; i++) {
      explained += mean[i] * products[i];
      logDeterminant += 2 * Math.log(factor[i][i]);
    }
    int freedom = sound.size() - 1;
    double residual = Math.max(squares - explained, squares * 1e-12 + Double.MIN_NORMAL);
    mean[0] += middle;
    return new Fit(
        mean, factor, residual, freedom, -(logDeterminant + freedom * Math.log(residual)) / 2);
  }

  /**
   * The posterior of the weights.
   *
   * @param mean their mean
   * @param factor lower L, where s² (L Lᵀ)⁻¹ is their covariance
   * @param residual what is left of the squared losses, of which s² is drawn
   * @param freedom its degrees of freedom
   * @param logEvidence the log marginal likelihood of rho, but for a constant
   */
  // Bulk data of one call; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  private record Fit(
      double[] mean, double[][] factor, double residual, int freedom, double logEvidence) {

    boolean isBetterDrawn(double[][] rows, double best, SplittableRandom random) {
      double chiSquared = 0;
      for (int i = 0; i < freedom; i++) {
        double normal = random.nextGaussian();
        chiSquared += normal * normal;
      }
      double noise = Math.sqrt(residual / chiSquared);
      double[] normals = new double[mean.length];
      Arrays.setAll(normals, i -> random.nextGaussian());
      double[] weights = Cholesky.backward(factor, normals);
      Arrays.setAll(weights, i -> mean[i] + noise * weights[i]);
      boolean better = false;
      for (double[] row : rows) {
        double loss = noise * random.nextGaussian();
        for (int i = 0; i < row.length; i++) {
          loss += row[i] * weights[i];
        }
        better |= loss < best;
      }
      return better;
    }
  }
}
