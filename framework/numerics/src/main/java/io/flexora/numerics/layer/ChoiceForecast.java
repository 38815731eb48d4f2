package io.flexora.numerics.layer;

import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * A forecast of a search's choice from the movement of its scores: whether it would choose other
 * layers if it went on.
 *
 * <p>The scores are taken for a random walk with drift whose steps resemble the one before, as
 * momentum makes them. Over the last w steps, three quarters of those done and at least {@code
 * shortest}, the drift is the mean step mu; the noise is what the steps are beside it, with the
 * covariance S of a single step, and r is how much a step's noise is correlated with that of the
 * step before, the same for all layers ({@code r + (1 + 3 r) / w} in place of r, which the mean
 * that was taken away makes too small: Kendall 1954; at least 0, at most 0.9). Noise that is
 * carried on adds up to f = (1 + r) / (1 - r) times its covariance, at most w / 2 times. R steps
 * later the scores are predicted to be {@code now + R mu + sqrt(f (R + R² / w)) e}: R is for the
 * steps to come, {@code R² / w} for the drift, of which w steps tell no more; e follows Student's t
 * with covariance S and {@code w / f - 1} degrees of freedom, as many as w steps have independent
 * ones. The share of draws from it that lead to another choice is the probability.
 *
 * <p>A predictive probability stays what it is however often one looks: where it holds, of the
 * searches that end at a probability below p no more than p would have chosen otherwise. What it
 * takes for granted is that the drift stays as it is.
 */
final class ChoiceForecast {

  private static final int DRAWS = 1000;
  private static final double MOST_CORRELATED = 0.9;

  private final List<double[]> scores;
  private final int window;

  /**
   * Looks at scores.
   *
   * @param scores those before the first step and after each step so far
   * @param shortest the fewest steps to judge by
   */
  ChoiceForecast(List<double[]> scores, int shortest) {
    this.scores = scores;
    this.window = window(scores.size() - 1, shortest);
  }

  /** By how many of so many steps it judges. */
  static int window(int steps, int shortest) {
    return Math.min(steps, Math.max(shortest, (int) (3L * steps / 4)));
  }

  /**
   * The probability that another set is chosen after so many steps more; empty if there are too few
   * steps to tell.
   */
  OptionalDouble probabilityOfChange(long remaining, Function<double[], List<Integer>> rule) {
    if (window < EarlyStopping.FEWEST_JUDGED) {
      return OptionalDouble.empty();
    }
    int steps = scores.size() - 1;
    double[] now = scores.get(steps);
    double[] drift = drift();
    double[][] noise = noise(drift);
    double ahead = remaining;
    double carried = carried(noise);
    int freedom = Math.max(1, (int) (window / carried - 1));
    // Around the mean of w steps, noise varies by 1 - f / w of what it varies around the true
    // drift.
    double width =
        Math.sqrt(carried * (ahead + ahead * ahead / window) / (window * (1 - carried / window)));
    List<Integer> chosen = rule.apply(now);
    // The same scores get the same answer, in whatever process the search goes on.
    SplittableRandom random = new SplittableRandom(steps);
    int changed = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] end = drawn(noise, freedom, random);
      for (int i = 0; i < end.length; i++) {
        end[i] = now[i] + ahead * drift[i] + width * end[i];
      }
      changed += rule.apply(end).equals(chosen) ? 0 : 1;
    }
    return OptionalDouble.of((double) changed / DRAWS);
  }

  /** The mean step. */
  private double[] drift() {
    double[] last = scores.get(scores.size() - 1);
    double[] first = scores.get(scores.size() - 1 - window);
    double[] drift = new double[last.length];
    for (int i = 0; i < drift.length; i++) {
      drift[i] = (last[i] - first[i]) / window;
    }
    return drift;
  }

  /** What each step is beside the drift. */
  private double[][] noise(double[] drift) {
    int begin = scores.size() - 1 - window;
    double[][] noise = new double[window][drift.length];
    for (int step = 0; step < window; step++) {
      double[] from = scores.get(begin + step);
      double[] to = scores.get(begin + step + 1);
      for (int i = 0; i < drift.length; i++) {
        noise[step][i] = to[i] - from[i] - drift[i];
      }
    }
    return noise;
  }

  /** How many times its own covariance noise adds up to that is carried on to later steps. */
  private double carried(double[][] noise) {
    double products = 0;
    double squares = 0;
    for (int step = 0; step < window; step++) {
      for (int i = 0; i < noise[step].length; i++) {
        squares += noise[step][i] * noise[step][i];
        products += step == 0 ? 0 : noise[step - 1][i] * noise[step][i];
      }
    }
    double seen = squares == 0 ? 0 : products / squares;
    double correlation = Math.min(MOST_CORRELATED, Math.max(0, seen + (1 + 3 * seen) / window));
    return Math.min((1 + correlation) / (1 - correlation), window / 2.0);
  }

  /** A draw of Student's t with the sum of the noise's outer products as its covariance. */
  private static double[] drawn(double[][] noise, int freedom, SplittableRandom random) {
    double[] drawn = new double[noise[0].length];
    for (double[] part : noise) {
      double normal = random.nextGaussian();
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] += normal * part[i];
      }
    }
    double chiSquared = 0;
    for (int i = 0; i < freedom; i++) {
      double normal = random.nextGaussian();
      chiSquared += normal * normal;
    }
    double heavier = Math.sqrt(freedom / chiSquared);
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] *= heavier;
    }
    return drawn;
  }
}
