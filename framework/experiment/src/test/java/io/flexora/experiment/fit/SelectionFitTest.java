package io.flexora.experiment.fit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionFitTest {

  private static void require(List<Double> scores) {
    SelectionFit.requireScores("mine", "norm", scores, 3);
  }

  @Test
  void aFiniteNumberForEachLayerIsTaken() {
    assertThatCode(() -> require(List.of(0.0, -1.5, 1e300))).doesNotThrowAnyException();
  }

  @Test
  void whatIsNoFiniteNumberIsRefusedWithItsLayer() {
    for (Double score : Arrays.asList(Double.NaN, Double.NEGATIVE_INFINITY, null)) {
      assertThatThrownBy(() -> require(Arrays.asList(1.0, score, 2.0)))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("selector 'mine' gave layer 1 the score " + score + " of 'norm'");
    }
  }

  @Test
  void tooFewAreRefused() {
    assertThatThrownBy(() -> require(List.of(1.0, 2.0)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("gave 2 values of 'norm' for 3 layers");
  }
}
