package io.flexora.api.report;

import static io.flexora.api.report.MeasuredCells.layers;
import static io.flexora.api.report.MeasuredCells.modules;
import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.report.Contrast.Role;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContrastTest {

  @Test
  void wholeLayersAreComparedByTheirNumber() {
    assertThat(role(layers(3, 0.7), layers(12, 0.7))).isEqualTo(Role.ALL);
    assertThat(role(layers(3, 0.7), layers(3, 0.7))).isEqualTo(Role.AS_MANY);
    assertThat(role(layers(3, 0.7), layers(0, 0.7))).isEqualTo(Role.FROZEN);
    assertThat(role(layers(3, 0.7), layers(4, 0.7))).isEqualTo(Role.OTHER);
  }

  @Test
  void modulesAreNeitherAllLayersNorAsMany() {
    assertThat(role(layers(3, 0.7), modules(12, 0.7))).isEqualTo(Role.OTHER);
    assertThat(role(layers(3, 0.7), modules(3, 0.7))).isEqualTo(Role.OTHER);
  }

  @Test
  void chosenModulesHaveNoCounterpartOfAsManyLayers() {
    assertThat(role(modules(3, 0.7), layers(12, 0.7))).isEqualTo(Role.ALL);
    assertThat(role(modules(3, 0.7), layers(3, 0.7))).isEqualTo(Role.OTHER);
    assertThat(role(modules(3, 0.7), modules(3, 0.7))).isEqualTo(Role.OTHER);
    assertThat(role(modules(3, 0.7), layers(0, 0.7))).isEqualTo(Role.FROZEN);
  }

  @Test
  void aPosteriorIsKnownByItsName() {
    assertThat(role("main+posterior", layers(3, 0.7), layers(3, 0.7))).isEqualTo(Role.POSTERIOR);
    assertThat(role("whole+posterior", layers(3, 0.7), layers(12, 0.7))).isEqualTo(Role.OTHER);
  }

  private static Role role(CellOutcome main, CellOutcome other) {
    return role("other", main, other);
  }

  private static Role role(String name, CellOutcome main, CellOutcome other) {
    return Contrast.of(MeasuredCells.run(main, Map.of(name, other)), name, MeasuredCells.METRIC)
        .orElseThrow()
        .role();
  }
}
