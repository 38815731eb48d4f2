package io.flexora.api.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PassesTest {

  @Test
  void batchesAreCountedByTheirExamples() {
    assertThat(Passes.of(3, 8)).isEqualTo(new Passes(24, 8));
    assertThat(Passes.of(3, 8).times(2)).isEqualTo(new Passes(48, 8));
    assertThat(Passes.of(3, 8).plus(Passes.of(1, 2))).isEqualTo(new Passes(26, 8));
  }

  @Test
  void whereThereAreNoExamplesThereIsNoBatch() {
    assertThat(Passes.of(0, 8)).isEqualTo(Passes.NONE);
    assertThat(Passes.of(3, 8).times(0)).isEqualTo(Passes.NONE);
    assertThat(Passes.of(3, 0)).isEqualTo(Passes.NONE);
    assertThat(Passes.NONE.times(Long.MAX_VALUE)).isEqualTo(Passes.NONE);
  }

  @Test
  void moreThanALongHoldsIsItsGreatestNumber() {
    Passes most = new Passes(Long.MAX_VALUE, 4);
    assertThat(Passes.of(Long.MAX_VALUE / 4, 4).examples()).isEqualTo(Long.MAX_VALUE - 3);
    assertThat(Passes.of(Long.MAX_VALUE / 4 + 1, 4)).isEqualTo(most);
    assertThat(Passes.of(1L << 40, 4).times(1L << 40)).isEqualTo(most);
    assertThat(most.plus(Passes.of(1, 4))).isEqualTo(most);
    assertThat(most.plus(most)).isEqualTo(most);
  }

  @Test
  void fewerThanNoneAreRefused() {
    assertThatThrownBy(() -> Passes.of(-1, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Passes.of(1, 4).times(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
