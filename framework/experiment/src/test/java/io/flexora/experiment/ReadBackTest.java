package io.flexora.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.FlexoraException;
import org.junit.jupiter.api.Test;

class ReadBackTest {

  /** As adapters that are written as LoRA of twice the rank had them on an encoder in bf16. */
  @Test
  void roundingOfLayersInSixteenBitsIsNoDefect() {
    double[] trained = {-5.499236, -0.021};
    double[] read = {-5.504004, -0.018};

    assertThatCode(() -> requireClose(trained, read, 2)).doesNotThrowAnyException();
    assertThatThrownBy(() -> requireClose(trained, read, 4))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("-5.504004 instead of -5.499236 for choice 0 of example row-1");
  }

  /** As AutoLoRA's modules of unequal rank had them, trained for ten epochs: one of 26 classes. */
  @Test
  void aSmallScoreIsRoundedWithTheLargeOnesOfItsExample() {
    double[] trained = {-1.1548, -6.67, -5.0, -4.4};
    double[] read = {-1.1772, -6.66, -5.01, -4.4};

    assertThatCode(() -> requireClose(trained, read, 2)).doesNotThrowAnyException();
  }

  @Test
  void otherScoresAreADefectInAnyType() {
    double[] trained = {-5.5, -0.02};

    assertThatThrownBy(() -> requireClose(trained, new double[] {-5.5, -0.25}, 2))
        .hasMessageContaining("-0.25 instead of -0.02 for choice 1")
        .hasMessageContaining("0.16 away on average, where rounding explains 0.061");
    assertThatThrownBy(() -> requireClose(trained, new double[] {Double.NaN, -0.02}, 2))
        .isInstanceOf(FlexoraException.class);
  }

  @Test
  void aModelThatRoundingMovesFarIsGivenAsMuchRoomAsItMoves() {
    assertThat(ReadBack.rounding(factor -> new double[] {-1, factor == 1 ? -0.5 : -0.6}))
        .isCloseTo(2 * 0.1 / Math.sqrt(2), within(1e-12));
    assertThat(ReadBack.rounding(factor -> new double[] {-1, -0.5})).isZero();
  }

  private static void requireClose(double[] trained, double[] read, int computeBytes) {
    ReadBack.requireClose("row-1", trained, read, ReadBack.tolerance(trained, computeBytes));
  }
}
