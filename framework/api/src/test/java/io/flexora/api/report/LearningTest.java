package io.flexora.api.report;

import static io.flexora.api.report.MeasuredCells.layers;
import static io.flexora.api.report.MeasuredCells.modules;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A difference is clear from 2 * hypot(0.01, 0.01) = 0.0283 on. */
class LearningTest {

  @Test
  void theChosenLayersAndAllAreClearlyBetter() {
    Learning learning = of(layers(3, 0.74), 0.70, layers(12, 0.75));

    assertThat(learning.mainIsBetter()).isTrue();
    assertThat(learning.isNothing()).isFalse();
    assertThat(learning.onlyAllLayers()).isEmpty();
    assertThat(learning.share()).isPresent();
  }

  @Test
  void allLayersAloneAreClearlyBetter() {
    Learning learning = of(layers(3, 0.72), 0.70, layers(12, 0.75));

    assertThat(learning.mainIsBetter()).isFalse();
    assertThat(learning.isNothing()).isFalse();
    assertThat(learning.onlyAllLayers())
        .hasValue(
            "The 3 chosen layers are not clearly better than the frozen model, although all 12"
                + " are.");
    assertThat(learning.share().orElseThrow().sentence())
        .startsWith("The 3 chosen layers gain 40 % of what all 12 gain over the frozen model, ");
  }

  @Test
  void neitherIsClearlyBetter() {
    Learning learning = of(layers(3, 0.71), 0.70, layers(12, 0.72));

    assertThat(learning.isNothing()).isTrue();
    assertThat(learning.onlyAllLayers()).isEmpty();
    assertThat(learning.share()).isEmpty();
  }

  @Test
  void theChosenLayersAloneAreClearlyBetter() {
    Learning learning = of(layers(3, 0.74), 0.70, layers(12, 0.72));

    assertThat(learning.isNothing()).isFalse();
    assertThat(learning.onlyAllLayers()).isEmpty();
    assertThat(learning.share()).isEmpty();
  }

  @Test
  void withoutACellOfAllLayersTheMainOneDecides() {
    assertThat(of(layers(3, 0.72), 0.70, layers(4, 0.75)).isNothing()).isTrue();
    assertThat(of(layers(3, 0.74), 0.70, layers(4, 0.75)).isNothing()).isFalse();
  }

  @Test
  void modulesInAllLayersAreNotAllLayers() {
    Learning learning = of(layers(3, 0.72), 0.70, modules(12, 0.75));

    assertThat(learning.isNothing()).isTrue();
    assertThat(learning.onlyAllLayers()).isEmpty();
  }

  @Test
  void oneLayerAndModulesAreCalledSo() {
    assertThat(of(layers(1, 0.72), 0.70, layers(12, 0.75)).onlyAllLayers())
        .hasValue(
            "The chosen layer is not clearly better than the frozen model, although all 12 are.");
    assertThat(of(modules(3, 0.72), 0.70, layers(12, 0.75)).onlyAllLayers())
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
