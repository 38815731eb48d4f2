package io.flexora.api.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Steps of a search that count as steps of the training. */
class TrainingStartTest {

  @Test
  void aSearchLeavesTheStepsThatItHasNotTaken() {
    TrainingStart counted = TrainingStart.VALUES.counting(80);
    assertThat(counted.of(160).steps()).hasValue(80);
    assertThat(counted.of(160).within(OptionalLong.of(160))).hasValue(80);
    assertThat(counted.of(160).sentence()).contains("80 steps count", "80 more");
    assertThat(counted.sentence()).contains("as many fewer");
    assertThat(counted.of(80).isComplete()).isTrue();
    assertThat(TrainingStart.VALUES.of(160)).isEqualTo(TrainingStart.VALUES);
  }

  @Test
  void aSearchCannotTakeMoreThanThereAre() {
    TrainingStart counted = TrainingStart.VALUES.counting(81);
    assertThatThrownBy(() -> counted.of(80)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TrainingStart.INITIAL.counting(1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
