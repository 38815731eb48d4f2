package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.metric.MetricDescription;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of a group where cells, values or pairs are missing. */
class GroupSentenceTest {

  private static final MetricDescription PERPLEXITY = MetricDescription.error("perplexity");

  private static final double[] VALUES = {0.700, 0.710, 0.705, 0.690, 0.715};

  /** The mean difference from these is 0, with a standard deviation of 0.001. */
  private static final double[] ALIKE = {0.701, 0.709, 0.706, 0.690, 0.714};

  private static String sentence(Cells cells) {
    return (String) cells.group().get("sentence");
  }

  private static void add(Cells cells, String strategy, int seeds, double[] values) {
    for (int seed = 0; seed < seeds; seed++) {
      cells.value(strategy, seed, Cells.ACCURACY, values[seed]);
    }
  }

  @Test
  void itIsThePairThatHasOneSeed() {
    Cells cells = new Cells();
    add(cells, "all", 1, VALUES);
    for (int seed = 1; seed < 5; seed++) {
      cells.missing("all", seed);
    }
    add(cells, "a", 5, VALUES);
    assertThat(sentence(cells))
        .startsWith(
            "bge on sense, against all: a is compared with one seed only, which allows no test;");
    add(cells, "b", 5, VALUES);
    assertThat(sentence(cells))
        .startsWith(
            "bge on sense, against all: a and b are compared with one seed only, which allows no"
                + " test;");
  }

  @Test
  void cellsThatAreDoneWithoutAFiniteValueAreTold() {
    Cells cells = new Cells();
    for (long seed = 1; seed <= 3; seed++) {
      cells.value("all", seed, PERPLEXITY, 10.0 + seed);
      cells.value("a", seed, PERPLEXITY, seed == 2 ? Double.POSITIVE_INFINITY : 9.0 + 2 * seed);
      cells.value("b", seed, PERPLEXITY, seed == 2 ? 12.0 : Double.NaN);
    }
    assertThat(sentence(cells))
        .endsWith(
            "; 1 of the 3 done cells of a has no finite value; 2 of the 3 done cells of b have no"
                + " finite value.");
    cells.value("c", 1, PERPLEXITY, Double.NaN).failed("c", 2, "no memory");
    assertThat(sentence(cells))
        .endsWith(
            "; 1 of 11 cells failed; 1 of the 3 done cells of a has no finite value; 2 of the 3"
                + " done cells of b have no finite value; the only done cell of c has no finite"
                + " value.");
  }

  @Test
  void whereEachCellHasAValueNothingIsSaidOfIt() {
    Cells cells = new Cells();
    add(cells, "all", 3, VALUES);
    add(cells, "a", 3, ALIKE);
    assertThat(sentence(cells)).isEqualTo("bge on sense, against all: a is not distinguishable.");
  }

  @Test
  void aMarginAgainstAStrategyWithoutValuesIsNotPassedOver() {
    Cells cells = new Cells().against("random", Map.of()).within(0.01, "all");
    add(cells, "random", 3, VALUES);
    add(cells, "a", 3, ALIKE);
    for (int seed = 0; seed < 3; seed++) {
      cells.failed("all", seed, "no memory");
    }
    assertThat(sentence(cells))
        .endsWith(
            "; 3 of 9 cells failed. With a margin of 1 point, nothing could be tested against all:"
                + " no seed has values of both.");
  }

  @Test
  void twoSeedsAreJudgedByNoMargin() {
    Cells cells = new Cells().within(0.01);
    add(cells, "all", 2, VALUES);
    add(cells, "a", 2, ALIKE);
    assertThat(sentence(cells))
        .endsWith(
            " With a margin of 1 point, nothing is judged against all, as at least 3 seeds are"
                + " needed.");
  }

  @Test
  void whatIsNotJudgedIsToldBesideWhatIs() {
    Cells cells = new Cells().within(0.005);
    add(cells, "all", 5, VALUES);
    add(cells, "a", 5, ALIKE);
    add(cells, "few", 2, ALIKE);
    assertThat(sentence(cells))
        .endsWith(
            " With a margin of 0.5 points, a is equivalent to all; few is not judged, as at least 3"
                + " seeds are needed.");
    assertThat(sentence(cells.within(0.0001)))
        .endsWith(
            " With a margin of 0.01 points, none is shown to be equivalent to all, or not worse;"
                + " few is not judged, as at least 3 seeds are needed.");
  }

  @Test
  void withNothingToTestAMarginIsNotMentioned() {
    Cells cells = new Cells().within(0.01);
    add(cells, "all", 3, VALUES);
    assertThat(sentence(cells)).doesNotContain("margin");
  }
}
