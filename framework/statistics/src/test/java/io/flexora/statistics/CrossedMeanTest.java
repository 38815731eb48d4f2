package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CrossedMeanTest {

  /** A table of [seed][example]. */
  private static final double[][] TABLE = {
    {1, 0, 0, -1, 1, 1, 0, 0}, {1, 1, 0, 0, 1, 0, 0, -1}, {0, 1, 0, 0, 1, 1, 1, 0}
  };

  /** The same with effects of the seeds. */
  private static final double[][] SPREAD = {
    TABLE[0],
    Arrays.stream(TABLE[1]).map(x -> x + 0.5).toArray(),
    Arrays.stream(TABLE[2]).map(x -> x - 0.25).toArray()
  };

  /** numpy 2.4 and scipy 1.17: mean squares by their definitions, t distribution. */
  @Test
  void seedsThatDifferLessThanTheRestAddNothing() {
    CrossedMean found = CrossedMean.of(TABLE).orElseThrow();

    assertThat(found.mean()).isCloseTo(1 / 3.0, within(1e-15));
    assertThat(found.standardError()).isCloseTo(0.1781741612749496, within(1e-14));
    assertThat(found.degreesOfFreedom()).isCloseTo(5.707006369426751, within(1e-12));
    assertThat(found.pValue()).isCloseTo(0.11305839672688703, within(1e-10));
    assertThat(found.interval(0.95).low()).isCloseTo(-0.10812667756384303, within(1e-9));
    assertThat(found.interval(0.95).high()).isCloseTo(0.7747933442305097, within(1e-9));
    assertThat(found.pAboveLower(0.1)).isCloseTo(0.02655387855633654, within(1e-10));
    assertThat(found.pBelowUpper(0.5)).isCloseTo(0.19372252155348266, within(1e-10));
  }

  /** As above: here the variance is the sum of both less the rest. */
  @Test
  void variancesOfSeedsAndExamplesAddUpAndTheRestCountsOnce() {
    CrossedMean found = CrossedMean.of(SPREAD).orElseThrow();

    assertThat(found.standardError()).isCloseTo(0.22047927592204922, within(1e-14));
    assertThat(found.degreesOfFreedom()).isCloseTo(4.38996996212616, within(1e-12));
    assertThat(found.pValue()).isCloseTo(0.12541415291661584, within(1e-10));
    assertThat(found.interval(0.95).high()).isCloseTo(1.0079544997930567, within(1e-9));
  }

  @Test
  void aMirroredTableHasTheMirroredTest() {
    double[][] mirrored =
        Arrays.stream(SPREAD)
            .map(row -> Arrays.stream(row).map(x -> -x).toArray())
            .toArray(double[][]::new);
    CrossedMean found = CrossedMean.of(mirrored).orElseThrow();
    CrossedMean other = CrossedMean.of(SPREAD).orElseThrow();

    assertThat(found.pValue()).isEqualTo(other.pValue());
    assertThat(found.pBelowUpper(0.1)).isEqualTo(other.pAboveLower(0.1));
  }

  /**
   * A true mean of 0, ten seeds and fifty examples whose means vary as much. Both tests of one
   * factor alone are significant in 11.6 % of the cases, though each is right about its own factor.
   */
  @Test
  void aMeanOfZeroIsRejectedAsOftenAsTheLevelSays() {
    SplittableRandom random = new SplittableRandom(3);
    int tables = 4000;
    int rejected = 0;
    int byBoth = 0;
    for (int i = 0; i < tables; i++) {
      double[][] table = new double[10][50];
      double[] ofExamples = random.doubles(50).map(x -> normal(random) / Math.sqrt(10)).toArray();
      for (double[] row : table) {
        double ofSeed = normal(random) / Math.sqrt(50);
        Arrays.setAll(row, example -> ofSeed + ofExamples[example]);
      }
      double[] seeds = Arrays.stream(table).mapToDouble(r -> Sample.of(r).get().mean()).toArray();
      double[] examples = new double[50];
      Arrays.setAll(
          examples, e -> Arrays.stream(table).mapToDouble(r -> r[e]).average().orElseThrow());
      rejected += CrossedMean.of(table).orElseThrow().pValue() < 0.05 ? 1 : 0;
      byBoth +=
          PairedTTest.of(seeds, 0.95).orElseThrow().pValue() < 0.05
                  && PairedTTest.of(examples, 0.95).orElseThrow().pValue() < 0.05
              ? 1
              : 0;
    }

    // Four standard deviations of a rate of 5 %.
    assertThat((double) rejected / tables).isCloseTo(0.05, within(0.0138));
    assertThat((double) byBoth / tables).isGreaterThan(0.09);
  }

  private static double normal(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log1p(-random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  @Test
  void equalValuesAndSingleRowsOrColumnsHaveNone() {
    assertThat(CrossedMean.of(new double[][] {{1, 2, 3}})).isEmpty();
    assertThat(CrossedMean.of(new double[][] {{1}, {2}})).isEmpty();
    assertThat(CrossedMean.of(new double[0][])).isEmpty();
    assertThat(CrossedMean.of(new double[3][4])).isEmpty();
    assertThat(CrossedMean.of(new double[][] {{0.1, 0.1}, {0.1, 0.1}})).isEmpty();
    assertThat(CrossedMean.of(new double[][] {{1, 2}, {3, Double.NaN}})).isEmpty();
    assertThat(CrossedMean.of(new double[][] {{1, 2}, {1, 2}}))
        .as("rows that are the same still have other columns")
        .isPresent();
    assertThatThrownBy(() -> CrossedMean.of(new double[][] {{1, 2}, {3}}))
        .hasMessage("rows of different lengths");
  }
}
