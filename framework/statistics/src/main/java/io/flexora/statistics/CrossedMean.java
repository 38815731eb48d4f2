package io.flexora.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * The mean of a table whose rows (seeds) and columns (examples) are both drawn, and are crossed:
 * each column is seen with each row. Its variance is estimated by that of a two-way analysis of
 * variance with random factors, {@code (MS_rows + MS_columns - MS_rest) / (rows · columns)}, not
 * below that of either factor alone; its degrees of freedom are Satterthwaite's (Biometrics 1946).
 * The t-test of such a mean is the quasi-F test of Winer and Clark (Journal of Verbal Learning and
 * Verbal Behavior 1973), who shows that tests over either factor alone, both of them significant,
 * say less.
 *
 * @param mean the mean
 * @param standardError the square root of the estimated variance, above 0
 * @param degreesOfFreedom Satterthwaite's, not below 1
 * @since 0.1
 */
public record CrossedMean(double mean, double standardError, double degreesOfFreedom) {

  /** A spread below this part of the largest value is what rounding leaves of none. */
  private static final double ROUNDING = 1e-10;

  /**
   * Estimates.
   *
   * @param table the values, such as the paired difference of each example with each seed: {@code
   *     [seed][example]}
   * @return empty for fewer than two rows or two columns, if neither the means of rows nor those of
   *     columns differ, and if a value is not finite
   * @throws IllegalArgumentException if the rows are not of the same length
   */
  public static Optional<CrossedMean> of(double[][] table) {
    if (Arrays.stream(table).mapToInt(row -> row.length).distinct().count() > 1) {
      throw new IllegalArgumentException("rows of different lengths");
    }
    if (table.length < 2
        || table[0].length < 2
        || !Arrays.stream(table).allMatch(values -> Finite.all(values))) {
      return Optional.empty();
    }
    int rows = table.length;
    int columns = table[0].length;
    double[] ofRows = Arrays.stream(table).mapToDouble(CrossedMean::mean).toArray();
    double[] ofColumns =
        IntStream.range(0, columns)
            .mapToDouble(
                column -> Arrays.stream(table).mapToDouble(row -> row[column]).sum() / rows)
            .toArray();
    double mean = mean(ofRows);
    double rest = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double left = table[row][column] - ofRows[row] - ofColumns[column] + mean;
        rest += left * left;
      }
    }
    int freeRows = rows - 1;
    int freeColumns = columns - 1;
    int freeRest = freeRows * freeColumns;
    double byRows = squares(ofRows, mean) / freeRows / rows;
    double byColumns = squares(ofColumns, mean) / freeColumns / columns;
    double byRest = rest / freeRest / rows / columns;
    double variance = Math.max(byRows + byColumns - byRest, Math.max(byRows, byColumns));
    double largest =
        Arrays.stream(table).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
    if (!(Math.sqrt(variance) > ROUNDING * largest)) {
      return Optional.empty();
    }
    double free =
        variance
            * variance
            / (byRows * byRows / freeRows
                + byColumns * byColumns / freeColumns
                + byRest * byRest / freeRest);
    return Optional.of(new CrossedMean(mean, Math.sqrt(variance), Math.max(1, free)))
        .filter(found -> Finite.all(found.mean(), found.standardError(), found.degreesOfFreedom()));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double squares(double[] values, double mean) {
    return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
  }

  /** The probability of a mean as far from 0, on either side, if it were 0. */
  public double pValue() {
    return Math.min(1, 2 * below(-Math.abs(mean)));
  }

  /**
   * The probability of a mean as large as this, or larger, if it were {@code -margin}: against the
   * mean lying below the margin under 0.
   */
  public double pAboveLower(double margin) {
    return below(-(mean + margin));
  }

  /**
   * The probability of a mean as small as this, or smaller, if it were {@code margin}: against the
   * mean lying above it.
   */
  public double pBelowUpper(double margin) {
    return below(-(margin - mean));
  }

  private double below(double distance) {
    return new TDistribution(degreesOfFreedom).cumulativeProbability(distance / standardError);
  }

  /**
   * The t interval of the mean over other rows and other columns.
   *
   * @param confidence such as 0.95
   */
  public Interval interval(double confidence) {
    double tail = (1 - Finite.share("confidence", confidence)) / 2;
    double half =
        new TDistribution(degreesOfFreedom).inverseCumulativeProbability(1 - tail) * standardError;
    return new Interval(mean - half, mean + half);
  }
}
