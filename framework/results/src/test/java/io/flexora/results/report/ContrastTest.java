package io.flexora.results.report;

import static io.flexora.results.report.MeasuredCells.layers;
import static io.flexora.results.report.MeasuredCells.measured;
import static io.flexora.results.report.MeasuredCells.modules;
import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.results.run.CellOutcome;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ContrastTest {

  @Test
  void wholeLayersAreComparedByTheirNumber() {
    assertThat(role(layers(3, 0.7), layers(12, 0.7))).isEqualTo(Contrast.Role.ALL);
    assertThat(role(layers(3, 0.7), layers(3, 0.7))).isEqualTo(Contrast.Role.AS_MANY);
    assertThat(role(layers(3, 0.7), layers(0, 0.7))).isEqualTo(Contrast.Role.FROZEN);
    assertThat(role(layers(3, 0.7), layers(4, 0.7))).isEqualTo(Contrast.Role.OTHER);
  }

  @Test
  void modulesAreNeitherAllLayersNorAsMany() {
    assertThat(role(layers(3, 0.7), modules(12, 0.7))).isEqualTo(Contrast.Role.OTHER);
    assertThat(role(layers(3, 0.7), modules(3, 0.7))).isEqualTo(Contrast.Role.OTHER);
  }

  @Test
  void chosenModulesHaveNoCounterpartOfAsManyLayers() {
    assertThat(role(modules(3, 0.7), layers(12, 0.7))).isEqualTo(Contrast.Role.ALL);
    assertThat(role(modules(3, 0.7), layers(3, 0.7))).isEqualTo(Contrast.Role.OTHER);
    assertThat(role(modules(3, 0.7), modules(3, 0.7))).isEqualTo(Contrast.Role.OTHER);
    assertThat(role(modules(3, 0.7), layers(0, 0.7))).isEqualTo(Contrast.Role.FROZEN);
  }

  @Test
  void aPosteriorIsKnownByItsName() {
    assertThat(role("main+posterior", layers(3, 0.7), layers(3, 0.7)))
        .isEqualTo(Contrast.Role.POSTERIOR);
    assertThat(role("whole+posterior", layers(3, 0.7), layers(12, 0.7)))
        .isEqualTo(Contrast.Role.OTHER);
  }

  @Test
  void aGainIsClearFromTwoStandardErrorsOn() {
    assertThat(contrast(0.5, 0.25).isBetter()).isTrue();
    assertThat(contrast(0.49, 0.25).isClear()).isFalse();
    assertThat(contrast(-0.5, 0.25).isWorse()).isTrue();
    assertThat(contrast(-0.49, 0.25).isWorse()).isFalse();
    assertThat(contrast(0.5, 0.25).isUniform()).isFalse();
  }

  @Test
  void aGainThatIsTheSameOnEachExampleIsClear() {
    assertThat(contrast(0.5, 0).isUniform()).isTrue();
    assertThat(contrast(0.5, 0).isBetter()).isTrue();
    assertThat(contrast(-0.5, 0).isWorse()).isTrue();
    assertThat(contrast(0.5, 0).errors()).isEmpty();
    assertThat(contrast(0, 0).isSame()).isTrue();
    assertThat(contrast(0, 0).isUniform()).isFalse();
    assertThat(contrast(0, 0).isClear()).isFalse();
  }

  @Test
  void withoutAStandardErrorNothingIsClear() {
    Contrast unknown = new Contrast(Contrast.Role.FROZEN, 1, OptionalDouble.empty());

    assertThat(unknown.isUniform()).isFalse();
    assertThat(unknown.isClear()).isFalse();
  }

  @Test
  void twoValuesWithoutAnErrorHaveNoneOfTheirDifference() {
    assertThat(Contrast.independent(measured(0.9, 0.03), measured(0.8, 0.04)))
        .hasValue(Math.hypot(0.03, 0.04));
    assertThat(Contrast.independent(measured(1, 0), measured(0.8, 0.04))).hasValue(0.04);
    assertThat(Contrast.independent(measured(1, 0), measured(0, 0))).isEmpty();
    assertThat(Contrast.independent(measured(0.9, Double.NaN), measured(0.8, 0.04))).isEmpty();
  }

  private static Contrast contrast(double gain, double error) {
    return new Contrast(Contrast.Role.FROZEN, gain, OptionalDouble.of(error));
  }

  private static Contrast.Role role(CellOutcome main, CellOutcome other) {
    return role("other", main, other);
  }

  private static Contrast.Role role(String name, CellOutcome main, CellOutcome other) {
    return Contrast.of(MeasuredCells.run(main, Map.of(name, other)), name, MeasuredCells.METRIC)
        .orElseThrow()
        .role();
  }
}
