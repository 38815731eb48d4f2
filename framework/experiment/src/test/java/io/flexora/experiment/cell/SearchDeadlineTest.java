package io.flexora.experiment.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SearchDeadlineTest {

  private long nanos = 7;

  @Test
  void itIsOverWhenTheTimeIs() {
    SearchDeadline deadline = new SearchDeadline(() -> nanos, Optional.of(Duration.ofSeconds(2)));
    nanos += 1_999_999_999L;
    assertThat(deadline.isOver()).isFalse();
    assertThat(deadline.hasEndedTheSearch()).isFalse();
    nanos++;
    // Only what was asked and heard can have ended the search.
    assertThat(deadline.hasEndedTheSearch()).isFalse();
    assertThat(deadline.isOver()).isTrue();
    assertThat(deadline.hasEndedTheSearch()).isTrue();
  }

  @Test
  void withoutALimitItNeverIs() {
    SearchDeadline deadline = new SearchDeadline(() -> nanos, Optional.empty());
    nanos = Long.MAX_VALUE;
    assertThat(deadline.isOver()).isFalse();
  }
}
