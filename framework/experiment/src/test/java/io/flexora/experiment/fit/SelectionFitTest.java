package io.flexora.experiment.fit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  private static void requireValues(Map<String, Shape> brought) {
    Map<String, Shape> expected = Map.of("layer.1.query.lora_B.weight", new Shape(4, 2));
    SelectionFit.requireValues("mine", expected, brought);
  }

  @Test
  void valuesAreThoseOfTheChoice() {
    assertThatCode(() -> requireValues(Map.of("layer.1.query.lora_B.weight", new Shape(4, 2))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> requireValues(Map.of()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "selector 'mine' brought no values of 'layer.1.query.lora_B.weight', which has the"
                + " shape (4, 2) in its choice");
    assertThatThrownBy(() -> requireValues(Map.of("layer.1.query.lora_B.weight", new Shape(4, 3))))
        .hasMessageContaining("brought values of shape (4, 3) of 'layer.1.query.lora_B.weight'");
    assertThatThrownBy(
            () ->
                requireValues(
                    Map.of("layer.1.query.lora_B.weight", new Shape(4, 2), "other", new Shape(1))))
        .hasMessage("selector 'mine' brought values of 'other', which is not of its choice");
  }

  @Test
  void tooFewAreRefused() {
    assertThatThrownBy(() -> require(List.of(1.0, 2.0)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("gave 2 values of 'norm' for 3 layers");
  }
}
