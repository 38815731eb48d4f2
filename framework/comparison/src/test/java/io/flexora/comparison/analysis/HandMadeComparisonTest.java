package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.runstore.ComparisonFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three strategies, four seeds, six examples. The numbers were computed apart, by numpy 2.4.6,
 * scipy 1.17.1 ({@code ttest_1samp}, {@code bootstrap}), statsmodels 0.15.0 ({@code multipletests},
 * {@code TTestPower}) and by counting all sign assignments and all layer sets.
 */
class HandMadeComparisonTest {

  private static final Offset<Double> TIGHT = within(1e-7);

  private final Cells cells =
      new Cells()
          .parameters(600)
          .layers(0, 1, 2, 3, 4, 5)
          .answers("all", 1, "110010")
          .answers("all", 2, "100010")
          .answers("all", 3, "110110")
          .answers("all", 4, "110000")
          .parameters(200)
          .layers(0, 3)
          .answers("flexora", 1, "111011")
          .layers(0, 4)
          .answers("flexora", 2, "111010")
          .layers(0, 3)
          .answers("flexora", 3, "111111")
          .layers(1, 3)
          .answers("flexora", 4, "110010")
          .parameters(300)
          .layers(4, 5)
          .answers("last", 1, "010011")
          .answers("last", 2, "101001")
          .failed("last", 3, "out of memory")
          .answers("last", 4, "000011");

  private static void isClose(Object actual, double... expected) {
    List<?> numbers = actual instanceof List<?> list ? list : List.of(actual);
    assertThat(numbers).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((Double) numbers.get(i)).isCloseTo(expected[i], TIGHT);
    }
  }

  @Test
  void theHeadSaysWhatWasCompared() {
    Map<String, Object> json = cells.analysed();
    assertThat(json.keySet())
        .containsExactlyInAnyOrder("name", "baseline", "seeds", "budget", "confidence", "groups");
    assertThat(json)
        .containsEntry("name", "hand-made")
        .containsEntry("baseline", "all")
        .containsEntry("seeds", List.of(1L, 2L, 3L, 4L))
        .containsEntry("budget", Map.of("hold", "layers", "layers", 2L, "search", "excluded"))
        .containsEntry("confidence", 0.95);
    Map<?, ?> group = cells.group();
    assertThat(group.get("model")).isEqualTo("bge");
    assertThat(group.get("task")).isEqualTo("sense");
    assertThat(group.get("layers")).isEqualTo(6L);
    assertThat(group.get("examples")).isEqualTo(6L);
    assertThat(cells.result().groups().get(0).metric()).contains(Cells.ACCURACY);
  }

  @Test
  void cellsAreAsTheyWereGiven() {
    List<?> shown = (List<?>) cells.strategy("last").get("cells");
    Map<?, ?> first = (Map<?, ?>) shown.get(0);
    assertThat(first.get("id")).isEqualTo("bge.sense.last.1");
    assertThat(first.get("seed")).isEqualTo(1L);
    assertThat(first.get("state")).isEqualTo("done");
    assertThat(first.get("failure")).isNull();
    assertThat(first.get("value")).isEqualTo(0.5);
    assertThat(first.get("standard_error")).isEqualTo(0.01);
    assertThat(first.get("selected_layers")).isEqualTo(List.of(4L, 5L));
    assertThat(first.get("trainable_parameters")).isEqualTo(300L);
    assertThat(first.get("seconds"))
        .isEqualTo(Map.of("search", 1.0, "train", 2.0, "evaluate", 0.5));
    assertThat(first.get("peak_memory_bytes")).isEqualTo(31L);
    assertThat(first.get("within_budget")).isEqualTo(true);
    assertThat(first.get("search_cut")).isEqualTo(false);
    assertThat(first.get("validation_loss")).isEqualTo(0.9);
    Map<?, ?> third = (Map<?, ?>) shown.get(2);
    assertThat(third.get("state")).isEqualTo("failed");
    assertThat(third.get("failure")).isEqualTo("out of memory");
    assertThat(third.keySet()).isEqualTo(first.keySet());
    for (String unknown :
        List.of("value", "selected_layers", "seconds", "within_budget", "search_cut")) {
      assertThat(third.get(unknown)).isNull();
    }
  }

  @Test
  void eachStrategyHasItsMeansAndStability() {
    Map<?, ?> all = cells.strategy("all");
    isClose(all.get("mean"), 0.4583333333333333);
    isClose(all.get("standard_deviation"), 0.15957118462605635);
    isClose(all.get("interval"), 0.20441996986186467, 0.712246696804802);
    isClose(all.get("jaccard"), 1);
    isClose(all.get("jaccard_by_chance"), 1);
    assertThat(all.get("against_baseline")).isNull();

    Map<?, ?> flexora = cells.strategy("flexora");
    assertThat(flexora.get("selector")).isEqualTo("flexora-selector");
    assertThat(flexora.get("done")).isEqualTo(4L);
    assertThat(flexora.get("failed")).isEqualTo(0L);
    isClose(flexora.get("mean"), 0.75);
    isClose(flexora.get("standard_deviation"), 0.21516574145596762);
    // Student's interval goes on to 1.0924, an accuracy does not.
    isClose(flexora.get("interval"), 0.4076232905399132, 1);
    isClose(flexora.get("jaccard"), 0.38888888888888884);
    isClose(flexora.get("jaccard_by_chance"), 0.24444444444444446);
    isClose(flexora.get("layer_frequency"), 0.75, 0.25, 0, 0.75, 0.25, 0);
    isClose(flexora.get("trainable_parameters"), 200);
    isClose(flexora.get("search_seconds"), 2.5);
    isClose(flexora.get("train_seconds"), 2);
    isClose(flexora.get("seconds"), 5);
    assertThat(flexora.get("peak_memory_bytes")).isEqualTo(34L);

    Map<?, ?> last = cells.strategy("last");
    assertThat(last.get("done")).isEqualTo(3L);
    assertThat(last.get("failed")).isEqualTo(1L);
    isClose(last.get("mean"), 0.4444444444444444);
    isClose(last.get("interval"), 0.2054081816805854, 0.6834807072083035);
    isClose(last.get("jaccard"), 1);
  }

  @Test
  void theFrontIsThatOfValueAgainstCost() {
    // last is faster by the seeds that it did, and worse.
    assertThat(fronts("all")).containsExactly(false, false);
    assertThat(fronts("flexora")).containsExactly(true, true);
    assertThat(fronts("last")).containsExactly(false, true);
  }

  private List<Object> fronts(String strategy) {
    Map<?, ?> json = cells.strategy(strategy);
    return Arrays.asList(json.get("front_parameters"), json.get("front_seconds"));
  }

  @Test
  void flexoraDiffersOverSeedsButNotOverSixExamples() {
    Map<?, ?> difference = cells.difference("flexora");
    isClose(difference.get("difference"), 0.2916666666666667);
    assertThat(difference.get("seeds")).isEqualTo(4L);
    assertThat(difference.get("examples")).isEqualTo(6L);
    Map<?, ?> overSeeds = (Map<?, ?>) difference.get("over_seeds");
    isClose(overSeeds.get("interval"), 0.15906473727984555, 0.4242685960534878);
    isClose(overSeeds.get("p_value"), 0.005986255697707092);
    assertThat(overSeeds.get("test")).isEqualTo("paired t-test");
    assertThat(difference.get("over_seeds_permutation")).isEqualTo(permutation(0.125));
    Map<?, ?> overExamples = (Map<?, ?>) difference.get("over_examples");
    isClose(overExamples.get("p_value"), 0.125);
    isNear(overExamples.get("interval"), 0.125, 0.5417);
    Map<?, ?> overBoth = (Map<?, ?>) difference.get("over_both");
    isClose(overBoth.get("interval"), -0.029283730264927144, 0.6126170635982605);
    isClose(overBoth.get("p_value"), 0.06575344604753001);
    assertThat(difference.get("mcnemar"))
        .isEqualTo(Map.of("only_this", 7L, "only_baseline", 0L, "p_value", 0.125));
    isClose(difference.get("effect_size"), 2.5326043909539373);
    isClose(difference.get("p_value"), 0.125);
    isClose(difference.get("p_adjusted"), 0.25);
    assertThat(difference.get("verdict")).isEqualTo("not distinguishable");
    assertThat(difference.get("seeds_needed")).isEqualTo(4L);
  }

  /** Bounds of a bootstrap over six examples: of three seeds, steps of 1/18. */
  private static void isNear(Object actual, double low, double high) {
    List<?> bounds = (List<?>) actual;
    assertThat((Double) bounds.get(0)).isCloseTo(low, within(0.056));
    assertThat((Double) bounds.get(1)).isCloseTo(high, within(0.056));
  }

  @Test
  void lastIsPairedOverTheSeedsThatBothHave() {
    Map<?, ?> difference = cells.difference("last");
    isClose(difference.get("difference"), 0.05555555555555555);
    assertThat(difference.get("seeds")).isEqualTo(3L);
    Map<?, ?> overSeeds = (Map<?, ?>) difference.get("over_seeds");
    isClose(overSeeds.get("interval"), -0.18348070720830342, 0.2945918183194145);
    isClose(overSeeds.get("p_value"), 0.4226497308103742);
    Map<?, ?> overExamples = (Map<?, ?>) difference.get("over_examples");
    isClose(overExamples.get("p_value"), 1);
    isNear(overExamples.get("interval"), -0.3333, 0.5);
    assertThat(difference.get("mcnemar"))
        .isEqualTo(Map.of("only_this", 5L, "only_baseline", 4L, "p_value", 1.0));
    isClose(difference.get("effect_size"), 0.32573500793527993);
    isClose(difference.get("p_value"), 1);
    isClose(difference.get("p_adjusted"), 1);
    assertThat(difference.get("seeds_needed")).isEqualTo(32L);
  }

  @Test
  void itIsSaidInSentences() {
    assertThat(cells.group().get("sentence"))
        .isEqualTo(
            "bge on sense, against all: flexora and last are not distinguishable; 1 of 12 cells"
                + " failed.");
    assertThat(cells.strategy("all").get("sentence"))
        .isEqualTo("all, the baseline, has accuracy 45.8 % (20.4 to 71.2) over 4 seeds.");
    assertThat(cells.strategy("flexora").get("sentence"))
        .isEqualTo(
            "flexora and all are not distinguishable: difference +29.2 points"
                + " (+15.9 to +42.4) over 4 seeds; the test over examples is not"
                + " significant (p = 0.25 after Holm's correction): more examples would be needed.");
    assertThat(cells.strategy("last").get("sentence"))
        .isEqualTo(
            "last and all are not distinguishable: difference +5.6 points (-18.3 to"
                + " +29.5) over 3 of 4 seeds; about 29 more seeds would be needed to"
                + " detect a difference of this size, and the test over examples must be"
                + " significant, too (p = 1 so far, before Holm's correction).");
  }

  @Test
  void theSameCellsGiveTheSameAnswer() {
    assertThat(cells.result()).isEqualTo(cells.result());
  }

  @Test
  void groupsAreAnalysedApart() {
    List<AnalysedCell> two = new ArrayList<>(cells.list());
    cells.list().forEach(cell -> two.add(onAnotherTask(cell)));
    Map<String, Object> json =
        Cells.json(
            ComparisonAnalysis.of(
                new AnalysedComparison(
                    "two",
                    "all",
                    Map.of(),
                    List.of(1L, 2L, 3L, 4L),
                    cells.result().budget(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    two)));
    List<?> groups = (List<?>) json.get("groups");
    assertThat(groups).hasSize(2).first().isEqualTo(cells.group());
    assertThat(((Map<?, ?>) groups.get(1)).get("task")).isEqualTo("another");
  }

  private static AnalysedCell onAnotherTask(AnalysedCell cell) {
    return Cells.copy(cell, "another", cell.withinBudget(), cell.searchCut());
  }

  /** A test that has no interval. */
  private static Map<String, Object> permutation(double p) {
    Map<String, Object> test = new TreeMap<>();
    test.put("interval", null);
    test.put("p_value", p);
    test.put("test", "exact sign-flip permutation");
    return test;
  }

  @Test
  void whatIsWrittenComesBackAsItWas(@TempDir Path folder) {
    ComparisonFolder.writeResult(folder, cells.result());
    assertThat(ComparisonFolder.result(folder)).contains(cells.result());
  }
}
