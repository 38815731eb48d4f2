package io.flexora.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CellTimeTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static Duration training(int search, Double factor) {
    return CellTime.ofTraining(LIMIT, Duration.ofSeconds(search), Optional.ofNullable(factor));
  }

  @Test
  void aTrainingHasWhatTheSearchLeaves() {
    assertThat(training(0, null)).isEqualTo(LIMIT);
    assertThat(training(4, null)).isEqualTo(Duration.ofSeconds(6));
    assertThat(training(11, null)).isZero();
  }

  @Test
  void aPartOfATrainingHasThatPartOfIt() {
    assertThat(training(4, 0.25)).isEqualTo(Duration.ofMillis(1500));
    assertThat(training(4, 1.5)).isEqualTo(Duration.ofSeconds(9));
    assertThat(training(11, 1.5)).isZero();
  }
}
