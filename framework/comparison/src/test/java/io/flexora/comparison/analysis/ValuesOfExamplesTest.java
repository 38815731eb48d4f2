package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.metric.MetricDescription;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Metrics that are no share of right predictions, but have a value of each example. */
class ValuesOfExamplesTest {

  private static final double[] TOKENS = {2, 5, 3, 8, 4, 6};

  private static final double[][] ALL = {
    {4, 9, 7, 17, 9, 11}, {4.5, 9.5, 6.5, 16.5, 9.5, 11.5}, {3.8, 9.2, 7.1, 17.2, 8.8, 11.1}
  };

  private static final double[][] FLEXORA = {
    {3.5, 8.2, 6.6, 16.1, 8.5, 10.9},
    {4.1, 8.9, 6.4, 15, 9.1, 10.7},
    {3.7, 8.3, 6.9, 16.4, 8.1, 10.2}
  };

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }

  /** Of six answers, each with a loss and a number of tokens. */
  private static double[] perplexities(double[] losses) {
    double loss = sum(losses) / sum(TOKENS);
    double[] values = new double[losses.length];
    Arrays.setAll(
        values,
        i -> Math.exp(loss) * (1 + (losses[i] - loss * TOKENS[i]) * losses.length / sum(TOKENS)));
    return values;
  }

  @Test
  void aPerplexityIsComparedOverSeedsAndOverExamples() {
    Cells cells = new Cells();
    for (int seed = 0; seed < 3; seed++) {
      MetricDescription perplexity =
          MetricDescription.error("perplexity").withRange(MetricDescription.Range.from(1));
      cells.values("all", seed, perplexity, perplexities(ALL[seed]));
      cells.values("flexora", seed, perplexity, perplexities(FLEXORA[seed]));
    }
    Map<?, ?> difference = cells.difference("flexora");
    // By numpy 2.4.6 and scipy 1.17.1: exp of the sums of losses over tokens, ttest_rel, all 64
    // assignments of signs, and bootstrap with 99999 resamples of the means over the seeds.
    assertThat((Double) difference.get("difference")).isCloseTo(-0.921564067724554, within(1e-9));
    assertThat(difference.get("examples")).isEqualTo(6L);
    assertThat((Double) ((Map<?, ?>) difference.get("over_seeds")).get("p_value"))
        .isCloseTo(0.003192741584238894, within(1e-9));
    Map<?, ?> overExamples = (Map<?, ?>) difference.get("over_examples");
    assertThat(overExamples.get("p_value")).isEqualTo(2 / 64.0);
    List<?> interval = (List<?>) overExamples.get("interval");
    assertThat((Double) interval.get(0)).isCloseTo(-1.0558, within(0.01));
    assertThat((Double) interval.get(1)).isCloseTo(-0.6729, within(0.02));
    assertThat(difference.get("mcnemar")).isNull();
    assertThat(difference.get("over_both")).isNotNull();
    assertThat(difference.get("verdict")).isEqualTo("better");
  }

  @Test
  void aNormalisedAccuracyIsComparedByItsOwnRightAndWrong() {
    Cells cells = new Cells();
    MetricDescription normalised = MetricDescription.fraction("acc_norm");
    for (int seed = 1; seed <= 2; seed++) {
      cells.values("all", seed, normalised, 0, 0, 1, 0, 0, 0, 0, 1);
      cells.values("flexora", seed, normalised, 1, 1, 1, 1, 1, 1, 1, 0);
    }
    Map<?, ?> difference = cells.difference("flexora");
    assertThat(difference.get("examples")).isEqualTo(8L);
    // Six examples against one, each with both seeds: 2 * (1 + 7) / 2^7.
    assertThat(difference.get("mcnemar"))
        .isEqualTo(Map.of("only_this", 12L, "only_baseline", 2L, "p_value", 0.125));
  }

  @Test
  void valuesWhoseMeanIsAnotherAreNotThoseOfTheMetric() {
    Cells cells = new Cells();
    MetricDescription loss = MetricDescription.error("loss");
    for (int seed = 1; seed <= 2; seed++) {
      cells.values("all", seed, loss, 1, 2, 3);
      cells.value("flexora", seed, loss, 1.5);
    }
    assertThat(cells.difference("flexora").get("over_examples")).isNull();
    assertThat(cells.difference("flexora").get("examples_missing"))
        .isEqualTo("loss has no values per example");
  }

  /**
   * Means of seeds and of examples that vary as much, with a difference of more than two standard
   * errors of either: of both at once it is 1.6.
   */
  @Test
  void whatIsSignificantOverEachAloneMayNotBeOverBoth() {
    int seeds = 10;
    int examples = 100;
    Cells cells = new Cells();
    for (int seed = 1; seed <= seeds; seed++) {
      double[] values = new double[examples];
      for (int example = 0; example < examples; example++) {
        double ofSeed = (seed % 2 == 0 ? 1 : -1) / Math.sqrt(10);
        double ofExample = example % 2 == 0 ? 1 : -1;
        values[example] = 0.24 + ofSeed + ofExample;
      }
      cells
          .values("all", seed, MetricDescription.score("quality"), new double[examples])
          .values("flexora", seed, MetricDescription.score("quality"), values);
    }
    Map<?, ?> difference = cells.differences().get("flexora");

    assertThat(p(difference, "over_seeds")).isCloseTo(0.04881408870413688, within(1e-9));
    assertThat(p(difference, "over_examples")).isBetween(0.01, 0.03);
    // scipy: t = 0.24 / sqrt(1/90 + 1/99), 30.51 degrees of freedom.
    assertThat(p(difference, "over_both")).isCloseTo(0.10964451424545113, within(1e-9));
    assertThat(difference.get("p_value")).isEqualTo(p(difference, "over_both"));
    assertThat(difference.get("verdict")).isEqualTo("not distinguishable");
    assertThat((String) cells.strategy("flexora").get("sentence"))
        .endsWith(
            "; seeds and examples each by themselves are significant, both at once are not (p = 0.11"
                + " after Holm's correction): more of either would be needed.");
  }

  /** Five are significant (p = 0.0199), though a power of 80 % takes six. */
  @Test
  void whereTheSeedsAreSignificantNoMoreOfThemAreAskedFor() {
    double[] ofSeeds = {0.008, 0.012, 0.02, 0.03, 0.04};
    MetricDescription quality = MetricDescription.score("quality");
    Cells cells = new Cells();
    for (int seed = 0; seed < ofSeeds.length; seed++) {
      double[] values = new double[16];
      for (int example = 0; example < values.length; example++) {
        values[example] = ofSeeds[seed] + (example % 2 == 0 ? 0.1 : -0.1);
      }
      cells.values("all", seed, quality, new double[values.length]);
      cells.values("flexora", seed, quality, values);
    }
    Map<?, ?> difference = cells.difference("flexora");
    // scipy 1.17.1: ttest_1samp, nct, and all 65536 assignments of signs.
    assertThat(p(difference, "over_seeds")).isCloseTo(0.019930317695159402, within(1e-9));
    assertThat(p(difference, "over_examples")).isCloseTo(0.38726806640625, within(1e-9));
    assertThat(p(difference, "over_both")).isCloseTo(0.41795214819676096, within(1e-9));
    assertThat(difference.get("seeds_needed")).isEqualTo(6L);
    assertThat((String) cells.strategy("flexora").get("sentence"))
        .endsWith(
            " over 5 seeds; the test over examples is not significant (p = 0.418 after Holm's"
                + " correction): more examples would be needed.");
  }

  /** With 9999 draws, 1 / 10000 would be the least p-value of each. */
  @Test
  void inALargeGroupMoreAssignmentsAreDrawn() {
    int strategies = 60;
    MetricDescription quality = MetricDescription.score("quality");
    double[] zeros = new double[40];
    double[] ones = new double[40];
    Arrays.fill(ones, 1);
    Cells cells = new Cells();
    for (int seed = 1; seed <= 2; seed++) {
      cells.values("all", seed, quality, zeros);
      for (int strategy = 0; strategy < strategies; strategy++) {
        cells.values("s" + strategy, seed, quality, ones);
      }
    }
    assertThat(cells.differences().values())
        .hasSize(strategies)
        .allSatisfy(
            difference ->
                assertThat(p(difference, "over_examples")).isEqualTo(1 / (400.0 * strategies)));
  }

  private static double p(Map<?, ?> difference, String test) {
    return (Double) ((Map<?, ?>) difference.get(test)).get("p_value");
  }
}
