package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SignFlipTestTest {

  private static SignFlipTest of(double... differences) {
    return SignFlipTest.of(differences, 1).orElseThrow();
  }

  /**
   * scipy 1.17.1: {@code permutation_test((d, 0), sum of differences, permutation_type='samples',
   * n_resamples=inf)}. Fisher counts 863 of 32768 on one side for the maize.
   */
  @Test
  void countsAllAssignmentsOfFewPairs() {
    assertThat(of(Data.SLEEP)).isEqualTo(new SignFlipTest(10, 0.00390625, true));
    assertThat(of(Data.MAIZE)).isEqualTo(new SignFlipTest(15, 2 * 863 / 32768.0, true));
    assertThat(of(Data.SEEDS)).isEqualTo(new SignFlipTest(5, 0.125, true));
    assertThat(of(Data.THREE)).isEqualTo(new SignFlipTest(3, 0.5, true));
    assertThat(of(1, 1, 1, 1)).isEqualTo(new SignFlipTest(4, 0.125, true));
    assertThat(of(0.2)).isEqualTo(new SignFlipTest(1, 1, true));
  }

  /** scipy as above with 10^6 draws: 0.468539. Four standard errors of 9999 draws are 0.02. */
  @Test
  void drawsAssignmentsOfManyPairs() {
    SignFlipTest test = of(Data.MANY);
    assertThat(test.exact()).isFalse();
    assertThat(test.pValue()).isCloseTo(0.468539, within(0.02));
    assertThat(of(Data.MANY)).isEqualTo(test);
  }

  @Test
  void drawsAgreeWithTheBinomialDistribution() {
    // 41 of 60 one way: scipy 1.17.1, binomtest(41, 60).pvalue = 0.0061.
    double[] signs = new double[60];
    Arrays.fill(signs, 0, 41, 1);
    Arrays.fill(signs, 41, 60, -1);
    assertThat(of(signs).pValue()).isCloseTo(0.0061, within(0.0032));
  }

  @Test
  void aDrawnPValueIsNeverZero() {
    double[] ones = new double[200];
    Arrays.fill(ones, 1);
    assertThat(of(ones).pValue()).isEqualTo(1e-4);
  }

  @Test
  void ofManyTestsADrawnPValueIsSmallEnoughToBeCorrected() {
    double[] ones = new double[200];
    Arrays.fill(ones, 1);
    assertThat(SignFlipTest.of(ones, 1, 25)).contains(of(ones));
    assertThat(SignFlipTest.of(ones, 1, 26).orElseThrow().pValue()).isEqualTo(1 / (400 * 26.0));
    assertThat(SignFlipTest.of(ones, 1, 500).orElseThrow().pValue()).isEqualTo(1 / (400 * 500.0));
    assertThat(SignFlipTest.of(Data.MANY, 1, 500)).as("hits").contains(of(Data.MANY));
    assertThat(SignFlipTest.of(Data.MAIZE, 1, 500)).as("exact").contains(of(Data.MAIZE));
  }

  /** 47 of 60 one way: scipy 1.17.1, binomtest(47, 60).pvalue = 1.2147e-5. */
  @Test
  void drawsOfManyTestsAgreeWithTheBinomialDistribution() {
    double[] signs = new double[60];
    Arrays.fill(signs, 0, 47, 1);
    Arrays.fill(signs, 47, 60, -1);
    assertThat(of(signs).pValue()).isEqualTo(1e-4);
    // Four standard errors of 1.6 million draws.
    assertThat(SignFlipTest.of(signs, 1, 4000).orElseThrow().pValue())
        .isCloseTo(1.2147e-5, within(1.1e-5));
  }

  @Test
  void differencesOfZeroChangeNothing() {
    double[] padded = Arrays.copyOf(Data.MAIZE, 500);
    assertThat(of(padded)).isEqualTo(new SignFlipTest(500, of(Data.MAIZE).pValue(), true));
    assertThat(of(new double[40])).isEqualTo(new SignFlipTest(40, 1, true));
  }

  @Test
  void sumsThatAreEqualButForRoundingAreEqual() {
    // As doubles, sums of the same size differ in their last digits.
    assertThat(of(0.1, 0.2, 0.3, -0.4).pValue()).isEqualTo(of(1, 2, 3, -4).pValue());
  }

  @Test
  void nothingIsNoAnswer() {
    assertThat(SignFlipTest.of(new double[0], 1)).isEmpty();
    assertThat(SignFlipTest.of(new double[] {1, Double.NaN}, 1)).isEmpty();
  }

  @Test
  void hugeDifferencesAreNotInfinite() {
    assertThat(of(1e308, 1e308, 1e308).pValue()).isEqualTo(0.25);
    assertThat(of(1e308, 1e-308, -1e308).pValue()).isEqualTo(of(1, 0, -1).pValue());
  }

  @Property(tries = 200)
  void isAProbabilityAboveZeroAndBlindToTheSign(
      @ForAll @Size(min = 1, max = 14) List<@DoubleRange(min = -1, max = 1) Double> values) {
    double[] differences = values.stream().mapToDouble(d -> d).toArray();
    double p = of(differences).pValue();
    assertThat(p).isGreaterThan(0).isLessThanOrEqualTo(1);
    assertThat(of(Arrays.stream(differences).map(d -> -d).toArray()).pValue()).isEqualTo(p);
  }
}
