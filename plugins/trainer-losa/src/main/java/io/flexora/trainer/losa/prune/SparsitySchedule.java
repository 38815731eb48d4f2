package io.flexora.trainer.losa.prune;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sparsity of layers on the way to a final sparsity ρ: on average ρ − ρ (1 − t/T)³ in step t of
 * T (Zhu and Gupta 2017, the schedule of LoSA).
 *
 * @param sparsity ρ, the final share of pruned numbers, in [0, 1)
 * @param steps T
 */
public record SparsitySchedule(double sparsity, int steps) {

  private static final double HALF = 0.5;
  private static final double MORE_THAN_HALF = 0.6;

  /** The sparsity of a step, from 1 to {@link #steps}. */
  public double average(int step) {
    double left = 1 - (double) step / steps;
    return sparsity - sparsity * left * left * left;
  }

  /**
   * How far a layer may be from the average; LoSA's values, the last of which holds for every
   * greater sparsity.
   */
  public static double tolerance(double average) {
    return average <= HALF ? 0.01 : average <= MORE_THAN_HALF ? 0.02 : 0.03;
  }

  /**
   * The sparsities of layers that minimise the sum of importance times sparsity, where their mean
   * is the average and none is further from it than the tolerance. The optimum of that linear
   * programme is known: the less important half is sparser by the tolerance, the other half is
   * denser; of an odd number of layers the middle one has the average. It depends on the order of
   * importances alone. Among equals the lower layer counts as less important.
   *
   * @param importances one for each layer
   * @param average the mean, in [0, 1)
   * @param tolerance at least 0; cut where a sparsity would leave [0, 1)
   */
  public static double[] byLayer(double[] importances, double average, double tolerance) {
    double most = Math.min(tolerance, Math.min(average, (1 - average) / 2));
    List<Integer> order =
        IntStream.range(0, importances.length)
            .boxed()
            .sorted(Comparator.comparingDouble(layer -> importances[layer]))
            .toList();
    int half = importances.length / 2;
    double[] sparsities = new double[importances.length];
    for (int place = 0; place < sparsities.length; place++) {
      boolean sparser = place < half;
      boolean denser = place >= sparsities.length - half;
      sparsities[order.get(place)] = average + (sparser ? most : denser ? -most : 0);
    }
    return sparsities;
  }
}
