package io.flexora.numerics.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationOptionsTest {

  @Test
  void anEmptyTextThatEndsATextIsRefused() {
    assertThatThrownBy(() -> new GenerationOptions(8, List.of("\n", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("until: an empty text would end every generation");
    assertThat(new GenerationOptions(8, List.of("\n")).until()).containsExactly("\n");
  }
}
