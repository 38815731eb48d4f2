package io.flexora.experiment.use;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.FlexoraException;
import org.junit.jupiter.api.Test;

class ExportCheckTest {

  /** As adapters that are written as LoRA of twice the rank had them on an encoder in bf16. */
  @Test
  void roundingOfLayersInSixteenBitsIsNoDefect() {
    double[] trained = {-5.499236, -0.021};
    double[] read = {-5.504004, -0.018};

    assertThatCode(() -> ExportCheck.requireClose("row-1", trained, read, 2, 0))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> ExportCheck.requireClose("row-1", trained, read, 4, 0))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("-5.504004 instead of -5.499236 for choice 0 of example row-1");
  }

  @Test
  void otherScoresAreADefectInAnyType() {
    double[] trained = {-5.5, -0.02};

    assertThatThrownBy(
            () -> ExportCheck.requireClose("row-1", trained, new double[] {-5.5, -0.05}, 2, 0))
        .hasMessageContaining("for choice 1");
    assertThatThrownBy(
            () ->
                ExportCheck.requireClose("row-1", trained, new double[] {Double.NaN, -0.02}, 2, 0))
        .isInstanceOf(FlexoraException.class);
  }

  @Test
  void aModelThatRoundingMovesFarIsGivenAsMuchRoomAsItMoves() {
    double room = ExportCheck.rounding(factor -> new double[] {-1, factor == 1 ? -0.5 : -0.6});

    assertThat(room).isCloseTo(2 * 0.1, within(1e-12));
    assertThat(ExportCheck.rounding(factor -> new double[] {-1, -0.5})).isZero();
    double[] trained = {-1.15, -0.38};
    assertThatCode(
            () -> ExportCheck.requireClose("row-1", trained, new double[] {-1, -0.46}, 2, room))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> ExportCheck.requireClose("row-1", trained, new double[] {-0.9, -0.5}, 2, room))
        .hasMessageContaining("for choice 0");
  }
}
