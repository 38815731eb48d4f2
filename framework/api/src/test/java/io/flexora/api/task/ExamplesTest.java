package io.flexora.api.task;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.data.Split;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExamplesTest {

  private static final List<String> CHOICES = List.of("a", "b");

  @Test
  void anExampleNamesItselfWhereItsAnswerIsNoChoice() {
    assertThatThrownBy(() -> new Example("train:5", "q", CHOICES, 7))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith("example train:5: label 7 is none of its 2 choices");
    assertThatThrownBy(
            () -> new Example("train:5", List.of("q"), "", CHOICES, 0, List.of(-1), List.of()))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageStartingWith("example train:5: further right answer -1 is none of its 2");
  }

  @Test
  void allSplitsHaveExamplesOrAnEmptyList() {
    Map<Split, List<Example>> splits = Map.of(Split.TRAIN, List.of(), Split.VALIDATION, List.of());
    assertThatThrownBy(() -> new Examples(CHOICES, splits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no list of test examples");
  }
}
