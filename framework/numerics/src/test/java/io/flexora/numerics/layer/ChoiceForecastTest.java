package io.flexora.numerics.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChoiceForecastTest {

  private static List<Integer> best(double[] scores) {
    return Ranking.highest(Arrays.stream(scores).boxed().toList(), 1);
  }

  private static List<double[]> walk(
      int steps, double from, double drift, double noise, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<double[]> scores = new ArrayList<>();
    double lead = from;
    scores.add(new double[] {lead, 0});
    for (int i = 0; i < steps; i++) {
      lead += drift + noise * random.nextGaussian();
      scores.add(new double[] {lead, 0});
    }
    return scores;
  }

  private static double probability(List<double[]> scores, long remaining) {
    return new ChoiceForecast(scores, 20)
        .probabilityOfChange(remaining, ChoiceForecastTest::best)
        .orElseThrow();
  }

  @Test
  void scoresThatStandStillChooseTheSame() {
    assertThat(probability(walk(60, 1, 0, 0, 1), 1000)).isZero();
  }

  @Test
  void scoresThatMoveInALineChangeWhereTheLinesCross() {
    List<double[]> falling = walk(60, 10, -0.1, 0, 1);

    assertThat(probability(falling, 39)).isZero();
    assertThat(probability(falling, 41)).isEqualTo(1);
    assertThat(probability(walk(60, 10, 0.1, 0, 1), 10_000)).isZero();
  }

  @Test
  void nothingIsSaidOfFewSteps() {
    assertThat(
            new ChoiceForecast(walk(2, 1, 0, 1, 1), 20)
                .probabilityOfChange(5, ChoiceForecastTest::best))
        .isEmpty();
  }

  @Test
  void theSameScoresGetTheSameAnswer() {
    List<double[]> scores = walk(80, 3, -0.01, 0.3, 7);

    assertThat(probability(scores, 30)).isEqualTo(probability(scores, 30));
  }

  @Test
  void moreStepsLeaveMoreRoomForAChange() {
    List<double[]> scores = walk(80, 6, 0, 0.3, 3);
    double last = 0;
    for (long remaining : new long[] {1, 10, 40, 160, 640}) {
      double now = probability(scores, remaining);
      assertThat(now).isGreaterThanOrEqualTo(last - 0.02);
      last = now;
    }
    assertThat(last).isPositive();
  }

  /**
   * Of a random walk without drift the lead after k more steps is normal with variance {@code k
   * s²}. On average over many walks the forecast comes close to that; it has to estimate drift and
   * deviation, and says so by wider tails.
   */
  @Test
  void theForecastOfARandomWalkIsTheNormalDistributions() {
    int remaining = 20;
    double lead = 4;
    double sum = 0;
    int walks = 60;
    for (long seed = 0; seed < walks; seed++) {
      List<double[]> scores = walk(200, 0, 0, 0.5, seed);
      double shift = lead - scores.get(200)[0];
      scores.replaceAll(s -> new double[] {s[0] + shift, 0});
      sum += probability(scores, remaining);
    }
    // The standard normal distribution below -4 / (0.5 sqrt(20)).
    double expected = 0.036819;
    assertThat(sum / walks).isCloseTo(expected, within(0.03)).isGreaterThan(expected / 2);
  }
}
