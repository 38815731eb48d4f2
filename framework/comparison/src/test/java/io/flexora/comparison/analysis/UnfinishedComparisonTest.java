package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.Prediction;
import io.flexora.api.metric.MetricDescription;
import io.flexora.results.comparison.CellState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Comparisons of which something is missing, and metrics that are no accuracy. */
class UnfinishedComparisonTest {

  private static final MetricDescription PERPLEXITY =
      MetricDescription.error("perplexity").withRange(MetricDescription.Range.from(1));

  private static void holdsOnlyWhatJsonCan(Object value) {
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(UnfinishedComparisonTest::holdsOnlyWhatJsonCan);
    } else if (value instanceof List<?> list) {
      list.forEach(UnfinishedComparisonTest::holdsOnlyWhatJsonCan);
    } else if (value instanceof Double number) {
      assertThat(number).isFinite();
    } else if (value != null) {
      assertThat(value).isInstanceOfAny(String.class, Boolean.class, Long.class);
    }
  }

  @Test
  void nothingDoneIsNothingKnown() {
    Cells cells =
        new Cells()
            .missing("all", 1)
            .missing("all", 2)
            .missing("flexora", 1)
            .failed("flexora", 2, "x");
    holdsOnlyWhatJsonCan(cells.analysed());
    assertThat(cells.group().get("metric")).isNull();
    assertThat(cells.group().get("examples")).isNull();
    assertThat(cells.group().get("layers")).isNull();
    assertThat(cells.difference("flexora")).isNull();
    assertThat(cells.strategy("flexora").get("mean")).isNull();
    assertThat(cells.strategy("flexora").get("front_seconds")).isEqualTo(false);
    assertThat(cells.group().get("sentence"))
        .isEqualTo(
            "bge on sense, against all: no comparison is possible; 1 of 4 cells"
                + " failed; 3 of 4 cells are missing.");
    assertThat(cells.strategy("all").get("sentence"))
        .isEqualTo("the baseline has no value (all: 0 of 2 cells done).");
    assertThat(cells.strategy("flexora").get("sentence"))
        .isEqualTo(
            "flexora cannot be compared with all: no seed has values of both (flexora: 0 of 2"
                + " cells done, 1 failed; all: 0 of 2 cells done).");
  }

  @Test
  void oneSeedIsTestedOverItsExamplesAndDecidesNothing() {
    Cells cells =
        new Cells()
            .answers("all", 1, "000000000000")
            .missing("all", 2)
            .answers("flexora", 1, "111111111111")
            .answers("flexora", 2, "111111111111");
    holdsOnlyWhatJsonCan(cells.analysed());
    Map<?, ?> difference = cells.difference("flexora");
    assertThat(difference.get("seeds")).isEqualTo(1L);
    assertThat(difference.get("over_seeds")).isNull();
    assertThat(difference.get("over_seeds_permutation")).isNull();
    assertThat(difference.get("over_both")).isNull();
    assertThat(difference.get("effect_size")).isNull();
    assertThat(difference.get("seeds_needed")).isNull();
    assertThat(difference.get("p_value")).isEqualTo(2 / 4096.0);
    assertThat(difference.get("mcnemar"))
        .isEqualTo(Map.of("only_this", 12L, "only_baseline", 0L, "p_value", 2 / 4096.0));
    assertThat(difference.get("verdict")).isEqualTo("one seed only");
    assertThat(cells.strategy("flexora").get("sentence"))
        .isEqualTo(
            "flexora and all are compared with one seed only: difference +100.0"
                + " points, p < 0.001 over 12 examples; more seeds are needed for a test.");
    assertThat(cells.group().get("sentence"))
        .isEqualTo(
            "bge on sense, against all: flexora is compared with one seed only, which allows no"
                + " test; 1 of 4 cells are missing.");
  }

  @Test
  void twoSeedsHaveValuesAndATestButNoIntervalAndNoForecast() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 2; seed++) {
      cells.answers("all", seed, "0110");
      cells.answers("equal", seed, "1011");
      cells.answers("more", seed, seed == 1 ? "0111" : "1111");
    }
    for (String strategy : List.of("all", "equal", "more")) {
      assertThat(cells.strategy(strategy).get("mean")).isNotNull();
      assertThat(cells.strategy(strategy).get("standard_deviation")).isNotNull();
      assertThat(cells.strategy(strategy).get("interval")).isNull();
    }
    Map<?, ?> more = cells.difference("more");
    // By hand: differences of 1/4 and 1/2 have t = 3 with one degree of freedom.
    Map<?, ?> overSeeds = (Map<?, ?>) more.get("over_seeds");
    assertThat((Double) overSeeds.get("p_value"))
        .isCloseTo(1 - 2 * Math.atan(3) / Math.PI, within(1e-12));
    assertThat(overSeeds.get("interval")).isNull();
    Map<?, ?> overBoth = (Map<?, ?>) more.get("over_both");
    assertThat((Double) overBoth.get("p_value")).isCloseTo(0.24099853839856392, within(1e-12));
    assertThat(overBoth.get("interval")).isNull();
    assertThat(more.get("seeds_needed")).isNull();
    assertThat(((Map<?, ?>) more.get("over_examples")).get("interval")).isNotNull();
    assertThat(cells.strategy("all").get("sentence"))
        .isEqualTo("all, the baseline, has accuracy 50.0 % over 2 seeds, too few for an interval.");
    assertThat(cells.strategy("more").get("sentence"))
        .isEqualTo(
            "more and all are not distinguishable: difference +37.5 points over 2 seeds, too few"
                + " for an interval; p = 1 after Holm's correction.");
    assertThat((String) cells.strategy("equal").get("sentence"))
        .startsWith(
            "equal and all are not distinguishable: difference +25.0 points over 2 seeds, too few"
                + " for an interval; it is the same with each, but there are too few seeds for");
  }

  @Test
  void aPerplexityIsComparedOverSeedsAloneAndLessIsBetter() {
    Cells cells = new Cells();
    double[] all = {12.0, 12.2, 11.9, 12.1};
    double[] flexora = {11.0, 11.3, 10.8, 11.1};
    for (int seed = 0; seed < 4; seed++) {
      List<Prediction> answers = List.of(new Prediction("a", 0, 0, List.of(-1.0)));
      cells.done("all", seed, PERPLEXITY, all[seed], 0.1, answers);
      cells.done("flexora", seed, PERPLEXITY, flexora[seed], 0.1, answers);
      cells.value("worse", seed, PERPLEXITY, all[seed] + flexora[seed]);
    }
    holdsOnlyWhatJsonCan(cells.analysed());
    assertThat(cells.result().groups().get(0).metric()).contains(PERPLEXITY);
    Map<?, ?> difference = cells.difference("flexora");
    assertThat(difference.get("over_examples")).isNull();
    assertThat(difference.get("mcnemar")).isNull();
    assertThat(difference.get("examples")).isNull();
    assertThat(difference.get("p_value"))
        .isEqualTo(((Map<?, ?>) difference.get("over_seeds")).get("p_value"));
    assertThat(difference.get("verdict")).isEqualTo("better");
    assertThat(cells.difference("worse").get("verdict")).isEqualTo("worse");
    assertThat(cells.strategy("flexora").get("front_parameters")).isEqualTo(true);
    assertThat(cells.strategy("all").get("front_parameters")).isEqualTo(false);
    assertThat((String) cells.strategy("flexora").get("sentence"))
        .startsWith("flexora is better than all: difference -1 in perplexity (-1.13 to -0.87) over")
        .endsWith(
            "4 seeds, p < 0.001 after Holm's correction; over the seeds alone, as"
                + " perplexity has no values per example.");
    assertThat(cells.group().get("sentence"))
        .isEqualTo("bge on sense, against all: flexora is better; worse is worse.");
  }

  @Test
  void anAccuracyThatThePredictionsDoNotTellHasNoExamples() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 2; seed++) {
      List<Prediction> answers =
          List.of(new Prediction("a", 0, 0, List.of()), new Prediction("b", 0, 1, List.of()));
      cells.done("all", seed, MetricDescription.fraction("acc_norm"), 0.5, 0, answers);
      cells.done("flexora", seed, MetricDescription.fraction("acc_norm"), 0.5, 0, answers);
    }
    assertThat(cells.difference("flexora").get("over_examples")).isNull();

    Cells others = new Cells();
    for (long seed = 1; seed <= 2; seed++) {
      List<Prediction> half = List.of(answer("a", true), answer("b", false));
      others.done("all", seed, Cells.ACCURACY, 0.5, 0, half);
      others.done("flexora", seed, Cells.ACCURACY, 0.75, 0, half);
    }
    assertThat(others.difference("flexora").get("over_examples")).isNull();
  }

  @Test
  void examplesArePairedByTheirIds() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 2; seed++) {
      cells.done(
          "all",
          seed,
          Cells.ACCURACY,
          0.5,
          0,
          List.of(answer("a", true), answer("b", false), answer("a", false), answer("c", true)));
      cells.done(
          "flexora",
          seed,
          Cells.ACCURACY,
          0.75,
          0,
          List.of(answer("b", true), answer("a", true), answer("c", false), answer("a", true)));
    }
    Map<?, ?> difference = cells.difference("flexora");
    assertThat(difference.get("examples")).isEqualTo(4L);
    assertThat(difference.get("examples_missing")).isNull();
    // The second a and b with both seeds, against c.
    assertThat(difference.get("mcnemar"))
        .isEqualTo(Map.of("only_this", 4L, "only_baseline", 2L, "p_value", 1.0));
  }

  @Test
  void otherExamplesAreNotCompared() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 2; seed++) {
      cells.answers("all", seed, "0101");
      cells.answers("flexora", seed, "011");
    }
    cells.answers("same", 1, "0111");
    cells.answers("same", 2, "01110");
    assertThat(cells.difference("flexora").get("over_examples")).isNull();
    assertThat(cells.difference("same").get("over_examples")).isNull();
    assertThat(cells.difference("flexora").get("examples_missing"))
        .isEqualTo("the cells were not evaluated on the same examples");
    assertThat((String) cells.strategy("flexora").get("sentence"))
        .endsWith(
            "; over the seeds alone, as the cells were not evaluated on the same" + " examples.");
  }

  private static Prediction answer(String example, boolean right) {
    return new Prediction(example, 0, right ? 0 : 1, List.of())
        .withMetrics(Map.of("accuracy", right ? 1.0 : 0.0));
  }

  @Test
  void theSameDifferenceWithEverySeedIsJudgedByItsSigns() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 3; seed++) {
      cells.value("all", seed, Cells.ACCURACY, 0.5);
      cells.value("same", seed, Cells.ACCURACY, 0.5);
      cells.value("more", seed, Cells.ACCURACY, 0.51);
    }
    holdsOnlyWhatJsonCan(cells.analysed());
    assertThat(cells.difference("more").get("over_seeds")).isNull();
    assertThat(cells.difference("more").get("p_value")).isEqualTo(0.25);
    assertThat(cells.difference("more").get("seeds_needed")).isNull();
    assertThat(cells.strategy("more").get("sentence"))
        .isEqualTo(
            "more and all are not distinguishable: difference +1.0 points over 3"
                + " seeds, the same with each; the signs of 3 seeds alone decide nothing, p = 0.5 after"
                + " Holm's correction;"
                + " over the seeds alone, as accuracy has no values per example.");
    assertThat(cells.difference("same").get("p_value")).isEqualTo(1.0);
    assertThat(cells.strategy("same").get("sentence"))
        .isEqualTo(
            "same and all are not distinguishable: difference 0.0 points over 3 seeds,"
                + " the same with each; no difference was observed; over the seeds alone,"
                + " as accuracy has no values per example.");
  }

  @Test
  void whereNoSeedDiffersThereIsNoInterval() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 8; seed++) {
      cells.answers("all", seed, "0110010110011010");
      cells.answers("same", seed, "0110010110011010");
      cells.answers("more", seed, "1111111111111111");
    }
    holdsOnlyWhatJsonCan(cells.analysed());
    for (String strategy : List.of("all", "same", "more")) {
      assertThat((Double) cells.strategy(strategy).get("standard_deviation")).isZero();
      assertThat(cells.strategy(strategy).get("interval")).isNull();
    }
    Map<?, ?> same = cells.difference("same");
    for (String test : List.of("over_seeds", "over_examples")) {
      assertThat(((Map<?, ?>) same.get(test)).get("interval")).as(test).isNull();
      assertThat(((Map<?, ?>) same.get(test)).get("p_value")).as(test).isEqualTo(1.0);
    }
    assertThat(same.get("over_both")).isNull();
    // The seeds agree on which examples differ, so over these there are intervals.
    Map<?, ?> more = cells.difference("more");
    assertThat(more.get("over_seeds")).isNull();
    assertThat(bounds((Map<?, ?>) more.get("over_examples"))).first().matches(low -> low > 0);
    assertThat(bounds((Map<?, ?>) more.get("over_both"))).first().matches(low -> low > 0);
    assertThat(cells.strategy("all").get("sentence"))
        .isEqualTo("all, the baseline, has accuracy 50.0 % over 8 seeds, the same with each.");
    assertThat(cells.strategy("same").get("sentence"))
        .isEqualTo(
            "same and all are not distinguishable: difference 0.0 points over 8 seeds, the same"
                + " with each; no difference was observed.");
    // 2 of 256 assignments of signs, over the seeds as over the examples; one of two tests.
    assertThat(cells.strategy("more").get("sentence"))
        .isEqualTo(
            "more is better than all: difference +50.0 points over 8 seeds, the same with each,"
                + " p = 0.0156 after Holm's correction.");
  }

  @Test
  void intervalsEndWhereTheMetricDoes() {
    for (MetricDescription metric :
        List.of(Cells.ACCURACY, PERPLEXITY, MetricDescription.error("loss"))) {
      Cells cells = new Cells();
      double least = metric.equals(PERPLEXITY) ? 1 : 0;
      for (long seed = 1; seed <= 3; seed++) {
        cells.value("all", seed, metric, least + 0.01 + 0.3 * (seed - 1));
        cells.value("flexora", seed, metric, least + 0.9 - 0.3 * (seed - 1));
      }
      double greatest = metric.equals(Cells.ACCURACY) ? 1 : Double.POSITIVE_INFINITY;
      assertThat(bounds(cells.strategy("all"))).first().isEqualTo(least);
      assertThat(bounds(cells.strategy("flexora")))
          .allMatch(bound -> bound >= least && bound <= greatest);
      // A difference of shares is from -1 to 1; one of losses has no end.
      assertThat(bounds((Map<?, ?>) cells.difference("flexora").get("over_seeds")))
          .last()
          .matches(bound -> metric.equals(Cells.ACCURACY) ? bound == 1 : bound > 1);
    }
  }

  private static List<Double> bounds(Map<?, ?> json) {
    return ((List<?>) json.get("interval")).stream().map(Double.class::cast).toList();
  }

  @Test
  void aValueThatIsNoNumberIsNone() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 3; seed++) {
      cells.value("all", seed, PERPLEXITY, 10.0 + seed);
      cells.value("flexora", seed, PERPLEXITY, seed == 2 ? Double.POSITIVE_INFINITY : 9.0 + seed);
    }
    holdsOnlyWhatJsonCan(cells.analysed());
    assertThat(cells.difference("flexora").get("seeds")).isEqualTo(2L);
  }

  @Test
  void smallDifferencesAndThoseThatHolmTakesAwayAreExplained() {
    Cells cells = new Cells();
    double[] wide = {0.0101, -0.0100, 0.0099, -0.0101};
    double[] close = {0.020, 0.040, 0.022, 0.050};
    for (int seed = 0; seed < 4; seed++) {
      cells.value("all", seed, Cells.ACCURACY, 0.5);
      cells.value("wide", seed, Cells.ACCURACY, 0.5 + wide[seed]);
      cells.value("close", seed, Cells.ACCURACY, 0.5 + close[seed]);
    }
    cells.outsideBudget();
    assertThat((String) cells.strategy("wide").get("sentence"))
        .contains("difference 0.0 points (-1.8 to +1.8)")
        .contains(
            "; more than 1000 seeds would be needed to detect a difference of this" + " size;");
    // scipy 1.17.1: ttest_1samp has p = 0.01975; of two comparisons, it is doubled.
    assertThat((String) cells.strategy("close").get("sentence"))
        .endsWith(
            "4 seeds, p = 0.0395 after Holm's correction; over the seeds alone, as"
                + " accuracy has no values per example; 1 of its 4 cells exceeded the"
                + " budget.");
  }

  @Test
  void searchesThatTheBudgetCutAreSaid() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 2; seed++) {
      cells.answers("all", seed, "0110");
      cells.answers("flexora", seed, "0110");
    }
    cells.searchCut();
    assertThat((String) cells.strategy("flexora").get("sentence"))
        .endsWith("; the search of 1 of its 2 cells was stopped by the budget.");
    List<?> shown = (List<?>) cells.strategy("flexora").get("cells");
    assertThat(((Map<?, ?>) shown.get(0)).get("search_cut")).isEqualTo(false);
    assertThat(((Map<?, ?>) shown.get(1)).get("search_cut")).isEqualTo(true);
  }

  @Test
  void aCellThatIsDoneHasAnOutcome() {
    assertThatThrownBy(
            () ->
                new AnalysedCell(
                    "a.b.c.1",
                    "a",
                    "b",
                    "c",
                    "c",
                    Optional.empty(),
                    1,
                    CellState.DONE,
                    Optional.empty(),
                    Optional.empty(),
                    CellExamples.of(List.of()),
                    OptionalInt.empty(),
                    Optional.empty(),
                    OptionalDouble.empty(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cell a.b.c.1 is done, but has no outcome");
  }

  /** Ten signs of one kind are significant, one example that differs is not. */
  @Test
  void whereTheSignsOfTheSeedsDecideTheExamplesAreWhatIsMissing() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 10; seed++) {
      cells.answers("all", seed, "0110011001100110");
      cells.answers("more", seed, "1110011001100110");
    }
    assertThat(cells.strategy("more").get("sentence"))
        .isEqualTo(
            "more and all are not distinguishable: difference +6.3 points over 10 seeds, the same"
                + " with each; the test over examples is not significant (p = 1 after Holm's"
                + " correction): more examples would be needed.");
  }

  /** Of a metric that counts errors, 0 is a right answer. */
  @Test
  void whereLessIsBetterTheAnswerWithoutAnErrorIsRight() {
    MetricDescription errors = MetricDescription.error("errors");
    Cells cells = new Cells();
    for (long seed = 1; seed <= 3; seed++) {
      cells.values("all", seed, errors, 1, 1, 0, 1);
      cells.values("better", seed, errors, 1, 0, 0, 0);
    }
    Map<?, ?> mcNemar = (Map<?, ?>) cells.difference("better").get("mcnemar");
    assertThat(mcNemar.get("only_this")).isEqualTo(6L);
    assertThat(mcNemar.get("only_baseline")).isEqualTo(0L);
  }
}
