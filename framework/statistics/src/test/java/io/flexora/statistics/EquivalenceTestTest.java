package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class EquivalenceTestTest {

  private static void gives(double[] differences, double margin, double above, double below) {
    EquivalenceTest test = EquivalenceTest.of(differences, margin).orElseThrow();
    assertThat(test.pAboveLower()).isCloseTo(above, within(1e-11));
    assertThat(test.pBelowUpper()).isCloseTo(below, within(1e-11));
    assertThat(test.pEquivalent()).isEqualTo(Math.max(test.pAboveLower(), test.pBelowUpper()));
    assertThat(test.pairs()).isEqualTo(differences.length);
  }

  /** statsmodels 0.15.0: {@code ttost_paired(differences, zeros, -margin, margin)}. */
  @Test
  void agreesWithStatsmodels() {
    gives(Data.SLEEP, 2.5, 1.200241738189643e-06, 0.021116860246500745);
    gives(Data.SEEDS, 0.02, 0.0009948860798506402, 0.026368594100324372);
    gives(Data.THREE, 2, 0.07480479723781289, 0.0223348527787743);
    gives(Data.MANY, 0.5, 0.008556849637292203, 0.00019048802548767626);
  }

  /** Two pairs have one degree of freedom, where the tail beyond t is 1/2 - arctan(t) / π. */
  @Test
  void agreesWithTheClosedFormOfTwoPairs() {
    // The mean is 1, its standard error 1: t is 3 against -2, and 1 against 2.
    gives(new double[] {0, 2}, 2, 0.5 - Math.atan(3) / Math.PI, 0.25);
  }

  @Test
  void withoutSpreadTheSignsDecide() {
    gives(new double[5], 0.01, 1 / 32.0, 1 / 32.0);
    gives(new double[] {0.02, 0.02, 0.02}, 0.01, 1 / 8.0, 1);
    gives(new double[] {0.5, 0.5}, 0.5, 0.25, 1);
    // A loss of the margin, but for rounding.
    double[] onTheMargin = new double[6];
    Arrays.fill(onTheMargin, 0.2 - 0.3);
    gives(onTheMargin, 0.1, 1, 1 / 64.0);
  }

  private static EquivalenceTest ofBounded(double[] differences, double margin) {
    return EquivalenceTest.ofBounded(differences, margin, 1).orElseThrow();
  }

  /** scipy 1.17.1: {@code ttest_1samp} of the sixty with -1 and 1 added, one-sided. */
  @Test
  void ofBoundedDifferencesOneAtEitherBoundIsAdded() {
    double[] differences = new double[60];
    Arrays.fill(differences, 0, 18, -1);
    Arrays.fill(differences, 18, 42, 1);
    EquivalenceTest test = ofBounded(differences, 0.2);
    assertThat(test.pAboveLower()).isCloseTo(0.003711101828172322, within(1e-12));
    assertThat(test.pBelowUpper()).isCloseTo(0.16957487715922642, within(1e-12));
    assertThat(test.pairs()).isEqualTo(60);
    assertThat(EquivalenceTest.ofBounded(differences, 0.2, Double.POSITIVE_INFINITY))
        .isEqualTo(EquivalenceTest.of(differences, 0.2));
  }

  /** Where one in a hundred is lost, 233 examples show none with a probability of 9.6 %. */
  @Test
  void withoutADifferenceTheProbabilityIsThatOfSeeingNone() {
    for (int pairs : new int[] {233, 299}) {
      EquivalenceTest test = ofBounded(new double[pairs], 0.01);
      assertThat(test.pAboveLower()).isCloseTo(Math.pow(0.99, pairs), within(1e-12));
      assertThat(test.pBelowUpper()).isEqualTo(test.pAboveLower());
    }
    assertThat(EquivalenceTest.ofBounded(new double[30], 0.2, 2).orElseThrow().pEquivalent())
        .isCloseTo(Math.pow(0.9, 30), within(1e-12));
    assertThat(ofBounded(new double[5], 1).pEquivalent()).isLessThan(0.05);
  }

  /** scipy 1.17.1: {@code binom.cdf} of 3 and 0 of 500 at a rate of 0.01. */
  @Test
  void aFewLossesAreCountedInWholeExamples() {
    double[] differences = new double[500];
    Arrays.fill(differences, 0, 3, -1);
    EquivalenceTest three = ofBounded(differences, 0.01);
    assertThat(three.pAboveLower()).isCloseTo(0.26361558813659336, within(1e-12));
    assertThat(three.pBelowUpper()).isCloseTo(Math.pow(0.99, 500), within(1e-12));
    // A net loss of 2.5 may be one of three, of which none is quite whole.
    differences[3] = 0.5;
    assertThat(ofBounded(differences, 0.01)).isEqualTo(three);
  }

  @Test
  void whatCannotBeTestedIsNot() {
    assertThat(EquivalenceTest.of(new double[] {0.01}, 1)).isEmpty();
    assertThat(EquivalenceTest.of(new double[] {0, Double.NaN}, 1)).isEmpty();
    assertThat(EquivalenceTest.ofBounded(new double[] {0.01}, 1, 1)).isEmpty();
    for (double margin : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> EquivalenceTest.of(new double[3], margin))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a margin of " + margin);
    }
  }

  /** How often a test rejects at the level of 5 %. */
  private static double rejects(
      Supplier<EquivalenceTest> drawn, ToDoubleFunction<EquivalenceTest> p) {
    int rejected = 0;
    for (int i = 0; i < 4000; i++) {
      rejected += p.applyAsDouble(drawn.get()) < 0.05 ? 1 : 0;
    }
    return rejected / 4000.0;
  }

  @Test
  void aMeanOnTheMarginIsRejectedAsOftenAsTheLevelSays() {
    Random random = new Random(1);
    for (int seeds : new int[] {3, 5, 10}) {
      Supplier<EquivalenceTest> worse =
          () ->
              EquivalenceTest.of(
                      DoubleStream.generate(() -> -1 + 0.1 * random.nextGaussian())
                          .limit(seeds)
                          .toArray(),
                      1)
                  .orElseThrow();
      // Four standard errors of a share of 5 % of 4000 are 1.4 %.
      assertThat(rejects(worse, EquivalenceTest::pAboveLower)).isCloseTo(0.05, within(0.014));
      assertThat(rejects(worse, EquivalenceTest::pEquivalent)).isCloseTo(0.05, within(0.014));
    }
  }

  @Test
  void rareWrongAnswersThatASampleLacksAreAllowedFor() {
    Random random = new Random(2);
    // One example in two hundred is lost: over a third of the samples have none.
    Supplier<double[]> lost = () -> random.doubles(200).map(u -> u < 0.005 ? -1 : 0).toArray();
    assertThat(
            rejects(
                () -> EquivalenceTest.of(lost.get(), 0.005).orElseThrow(),
                EquivalenceTest::pAboveLower))
        .isGreaterThan(0.3);
    assertThat(
            rejects(
                () -> EquivalenceTest.ofBounded(lost.get(), 0.005, 1).orElseThrow(),
                EquivalenceTest::pAboveLower))
        .isLessThan(0.05);
    Supplier<double[]> one = () -> random.doubles(233).map(u -> u < 0.01 ? -1 : 0).toArray();
    assertThat(rejects(() -> ofBounded(one.get(), 0.01), EquivalenceTest::pAboveLower)).isZero();
    // Where answers differ to both sides the level is kept, and not left unused.
    Supplier<double[]> both =
        () -> random.doubles(1000).map(u -> u < 0.06 ? -1 : u > 0.95 ? 1 : 0).toArray();
    assertThat(
            rejects(
                () -> EquivalenceTest.ofBounded(both.get(), 0.01, 1).orElseThrow(),
                EquivalenceTest::pAboveLower))
        .isBetween(0.035, 0.064);
  }
}
