package io.flexora.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;

/**
 * The bootstrap interval of the mean of a table whose rows (seeds) and columns (examples) are both
 * drawn: the same examples are seen with every seed, so rows and columns are drawn again apart from
 * each other (Owen, The pigeonhole bootstrap, Annals of Applied Statistics 2007). The interval lies
 * between percentiles. Few rows make it too narrow by about √((rows - 1) / rows).
 *
 * @since 0.1
 */
public final class TwoLevelBootstrap {

  private static final int RESAMPLES = 1_999;

  private TwoLevelBootstrap() {}

  /**
   * Estimates the interval from 1999 resamples.
   *
   * @param table the values, such as the paired difference of each example with each seed: {@code
   *     [seed][example]}
   * @param confidence such as 0.95
   * @param seed that of the draws
   * @return empty for fewer than two rows or two columns, if all values are the same, and if one is
   *     not finite
   * @throws IllegalArgumentException if the rows are not of the same length
   */
  public static Optional<Interval> ofMean(double[][] table, double confidence, long seed) {
    double tail = (1 - Finite.share("confidence", confidence)) / 2;
    if (Arrays.stream(table).mapToInt(row -> row.length).distinct().count() > 1) {
      throw new IllegalArgumentException("rows of different lengths");
    }
    if (table.length < 2 || table[0].length < 2 || !varies(table)) {
      return Optional.empty();
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[RESAMPLES];
    Arrays.setAll(means, r -> mean(table, random));
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(means);
    return Optional.of(
        new Interval(percentile.evaluate(100 * tail), percentile.evaluate(100 * (1 - tail))));
  }

  /** Whether all values are finite and some differ. */
  private static boolean varies(double[][] table) {
    return Sample.of(Arrays.stream(table).flatMapToDouble(Arrays::stream).toArray())
        .filter(Sample::varies)
        .isPresent();
  }

  private static double mean(double[][] table, SplittableRandom random) {
    int[] columns = random.ints(table[0].length, 0, table[0].length).toArray();
    double sum = 0;
    for (int i = 0; i < table.length; i++) {
      double[] row = table[random.nextInt(table.length)];
      for (int column : columns) {
        sum += row[column];
      }
    }
    return sum / table.length / columns.length;
  }
}
