package io.flexora.numerics.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceProbabilitiesTest {

  private static final double[] SCORES = {-1.5, 0.25, 2};

  private static double[] softmax(double... scores) {
    double total = Arrays.stream(scores).map(Math::exp).sum();
    return Arrays.stream(scores).map(s -> Math.exp(s) / total).toArray();
  }

  private static double[] probabilities(double... scores) {
    return Arrays.stream(ChoiceProbabilities.logarithms(scores)).map(Math::exp).toArray();
  }

  @Test
  void logarithmsAreThoseOfTheSoftmax() {
    assertThat(probabilities(SCORES)).containsExactly(softmax(SCORES), within(1e-15));
    assertThat(ChoiceProbabilities.logNormaliser(SCORES))
        .isCloseTo(Math.log(Math.exp(-1.5) + Math.exp(0.25) + Math.exp(2)), within(1e-15));
    assertThat(ChoiceProbabilities.logarithms(new double[] {-7})).containsExactly(0);
  }

  @Test
  void scoresFarFromZeroNeitherOverflowNorVanish() {
    assertThat(probabilities(1000, 1000 + Math.log(3)))
        .containsExactly(new double[] {0.25, 0.75}, within(1e-12));
    assertThat(probabilities(-1000, -1000)).containsExactly(new double[] {0.5, 0.5}, within(1e-12));
    assertThat(probabilities(0, Double.NEGATIVE_INFINITY)).containsExactly(1, 0);
    assertThat(
            ChoiceProbabilities.logNormaliser(
                new double[] {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY}))
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void aMeanIsThatOfTheProbabilities() {
    double[] other = {0.5, 0.5, -3};
    double[] mean = ChoiceProbabilities.mean(List.of(SCORES, other));

    for (int i = 0; i < 3; i++) {
      assertThat(softmax(mean)[i])
          .isCloseTo((softmax(SCORES)[i] + softmax(other)[i]) / 2, within(1e-15));
    }
    double scale =
        (ChoiceProbabilities.logNormaliser(SCORES) + ChoiceProbabilities.logNormaliser(other)) / 2;
    assertThat(ChoiceProbabilities.logNormaliser(mean)).isCloseTo(scale, within(1e-14));
  }

  @Test
  void theMeanOfEqualMembersIsEachOfThem() {
    assertThat(ChoiceProbabilities.mean(List.of(SCORES, SCORES, SCORES)))
        .containsExactly(SCORES, within(1e-14));
    double[][] found =
        ChoiceProbabilities.means(
            List.of(new double[][] {SCORES, {1}}, new double[][] {SCORES, {3}}));
    assertThat(found[0]).containsExactly(SCORES, within(1e-14));
    assertThat(found[1]).containsExactly(new double[] {2}, within(1e-14));
  }
}
