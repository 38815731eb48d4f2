package io.flexora.results.report;

import static io.flexora.results.report.MeasuredCells.layers;
import static io.flexora.results.report.MeasuredCells.modules;
import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.results.run.CellOutcome;
import io.flexora.results.run.RunResult;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A difference is clear from 2 * hypot(0.01, 0.01) = 0.0283 on. */
class LearningTest {

  @Test
  void theChosenLayersAndAllAreClearlyBetter() {
    Learning learning = of(layers(3, 0.74), 0.70, layers(12, 0.75));

    assertThat(learning.mainIsBetter()).isTrue();
    assertThat(learning.isNothing()).isFalse();
    assertThat(RunSentences.onlyOthers(learning)).isEmpty();
    assertThat(learning.share()).isPresent();
  }

  @Test
  void allLayersAloneAreClearlyBetter() {
    Learning learning = of(layers(3, 0.72), 0.70, layers(12, 0.75));

    assertThat(learning.mainIsBetter()).isFalse();
    assertThat(learning.isNothing()).isFalse();
    assertThat(RunSentences.onlyOthers(learning))
        .hasValue(
            "The 3 chosen layers are not clearly better than the frozen model, although all 12"
                + " are.");
    assertThat(RunSentences.of(learning.share().orElseThrow()))
        .startsWith("The 3 chosen layers gain 40 % of what all 12 gain over the frozen model, ");
  }

  @Test
  void neitherIsClearlyBetter() {
    Learning learning = of(layers(3, 0.71), 0.70, layers(12, 0.72));

    assertThat(learning.isNothing()).isTrue();
    assertThat(learning.frozen().isWorse()).isFalse();
    assertThat(RunSentences.onlyOthers(learning)).isEmpty();
    assertThat(learning.share()).isEmpty();
  }

  @Test
  void theFrozenModelMayBeClearlyBetter() {
    Learning alone = of(layers(3, 0.60), 0.70, layers(12, 0.70));

    assertThat(alone.isNothing()).isTrue();
    assertThat(alone.frozen().isWorse()).isTrue();
    assertThat(RunSentences.onlyOthers(of(layers(3, 0.60), 0.70, layers(12, 0.75))))
        .hasValue(
            "The 3 chosen layers are clearly worse than the frozen model, although all 12 are"
                + " clearly better.");
  }

  @Test
  void theChosenLayersAloneAreClearlyBetter() {
    Learning learning = of(layers(3, 0.74), 0.70, layers(12, 0.72));

    assertThat(learning.isNothing()).isFalse();
    assertThat(RunSentences.onlyOthers(learning)).isEmpty();
    assertThat(learning.share()).isEmpty();
  }

  @Test
  void withoutAnotherTrainedCellTheMainOneDecides() {
    assertThat(learning(layers(3, 0.72), Map.of("nothing", layers(0, 0.70))))
        .hasValueSatisfying(learning -> assertThat(learning.isNothing()).isTrue());
    assertThat(learning(layers(3, 0.74), Map.of("nothing", layers(0, 0.70))))
        .hasValueSatisfying(learning -> assertThat(learning.isNothing()).isFalse());
  }

  @Test
  void whereAnotherChoiceIsClearlyBetterTheChoiceHasFailedAndNotTheLearning() {
    Map<String, CellOutcome> others =
        new TreeMap<>(Map.of("drawn", layers(3, 0.719), "nothing", layers(0, 0.665)));

    Learning learning = learning(layers(3, 0.670), others).orElseThrow();
    assertThat(learning.isNothing()).isFalse();
    assertThat(learning.share()).isEmpty();
    assertThat(RunSentences.onlyOthers(learning))
        .hasValue(
            "The 3 chosen layers are not clearly better than the frozen model, although drawn is.");

    others.put("middle", layers(3, 0.725));
    assertThat(learning(layers(3, 0.670), others).orElseThrow().better()).hasValue("middle");

    // 0.028 / hypot(0.01, 0.01) = 1.98
    others.putAll(Map.of("drawn", layers(3, 0.693), "middle", layers(3, 0.665)));
    assertThat(learning(layers(3, 0.670), others).orElseThrow().isNothing()).isTrue();
  }

  @Test
  void aPosteriorIsNoOtherChoice() {
    Map<String, CellOutcome> others =
        Map.of("nothing", layers(0, 0.70), "main+posterior", layers(3, 0.75));

    assertThat(learning(layers(3, 0.71), others).orElseThrow().isNothing()).isTrue();
  }

  @Test
  void modulesInAllLayersAreNotAllLayers() {
    Learning learning = of(layers(3, 0.72), 0.70, modules(12, 0.75));

    assertThat(learning.share()).isEmpty();
    assertThat(RunSentences.onlyOthers(learning)).get().asString().endsWith(", although whole is.");
  }

  @Test
  void everythingIsLearntWhereEachExampleGainsTheSame() {
    Map<String, CellOutcome> others = Map.of("nothing", layers(0, 0, 0), "whole", layers(12, 1, 0));
    RunResult all = MeasuredCells.paired(layers(3, 1, 0), others, 0);
    RunResult none = MeasuredCells.paired(layers(3, 0, 0), others, 0);

    Learning learnt = Learning.of(all, MeasuredCells.METRIC).orElseThrow();
    assertThat(learnt.mainIsBetter()).isTrue();
    assertThat(learnt.isNothing()).isFalse();
    assertThat(learnt.share().orElseThrow().share()).isEqualTo(1);

    // All layers against the frozen model: no cell has an error, but the main one to both has.
    Learning failed = Learning.of(none, MeasuredCells.METRIC).orElseThrow();
    assertThat(failed.mainIsBetter()).isFalse();
    assertThat(failed.isNothing()).isFalse();
    assertThat(RunSentences.onlyOthers(failed)).get().asString().endsWith(", although all 12 are.");
  }

  @Test
  void anErrorThatNoCellHasIsAtMostTheSumOfThoseToTheMainOne() {
    Map<String, CellOutcome> others = Map.of("nothing", layers(0, 0, 0), "whole", layers(12, 1, 0));

    // 1 / (0.25 + 0.25) = 2
    RunResult known = MeasuredCells.paired(layers(3, 0.25, 0.2), others, 0.25);
    RunResult lessKnown = MeasuredCells.paired(layers(3, 0.25, 0.2), others, 0.26);

    assertThat(Learning.of(known, MeasuredCells.METRIC).orElseThrow().isNothing()).isFalse();
    assertThat(Learning.of(lessKnown, MeasuredCells.METRIC).orElseThrow().isNothing()).isTrue();
  }

  @Test
  void withoutAStandardErrorNothingIsConcluded() {
    double unknown = Double.NaN;

    assertThat(learning(layers(3, 0.9, unknown), Map.of("nothing", layers(0, 0.4, unknown))))
        .isEmpty();
    assertThat(learning(layers(3, 0.9, unknown), Map.of("nothing", layers(0, 0.4)))).isEmpty();
    // As the accuracy on a single example.
    assertThat(learning(layers(3, 1, 0), Map.of("nothing", layers(0, 0, 0)))).isEmpty();
  }

  @Test
  void oneLayerAndModulesAreCalledSo() {
    assertThat(RunSentences.onlyOthers(of(layers(1, 0.72), 0.70, layers(12, 0.75))))
        .hasValue(
            "The chosen layer is not clearly better than the frozen model, although all 12 are.");
    assertThat(RunSentences.onlyOthers(of(modules(3, 0.72), 0.70, layers(12, 0.75))))
        .hasValue(
            "The 3 chosen modules are not clearly better than the frozen model, although all"
                + " modules are.");
  }

  @Test
  void nothingIsSaidOfTheFrozenModelItselfOrWithoutIt() {
    assertThat(learning(layers(0, 0.70), Map.of("nothing", layers(0, 0.70)))).isEmpty();
    assertThat(learning(layers(3, 0.70), Map.of("whole", layers(12, 0.75)))).isEmpty();
  }

  /** A main cell beside the frozen model of an accuracy and one more cell. */
  private static Learning of(CellOutcome main, double frozen, CellOutcome other) {
    return learning(main, Map.of("nothing", layers(0, frozen), "whole", other)).orElseThrow();
  }

  private static Optional<Learning> learning(CellOutcome main, Map<String, CellOutcome> others) {
    return Learning.of(MeasuredCells.run(main, others), MeasuredCells.METRIC);
  }
}
