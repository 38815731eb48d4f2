package io.flexora.api.hpo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InnerStateTest {

  @Test
  void hasTheta() {
    assertThatThrownBy(() -> new InnerState(0, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an inner state needs an array 'theta'; it has none");
  }

  @Test
  void aStepHasAGradient() {
    assertThatThrownBy(() -> new Hypergradient(null, null, 0, 0))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the gradient is null");
  }
}
