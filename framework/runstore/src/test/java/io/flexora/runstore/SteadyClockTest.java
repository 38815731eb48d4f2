package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void itCountsWhatHasPassed() {
    AtomicLong nanos = new AtomicLong(-5);
    Clock clock = new SteadyClock(Clock.fixed(BEGIN, ZoneOffset.UTC), nanos::get);
    assertThat(clock.instant()).isEqualTo(BEGIN);

    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(clock.instant()).isEqualTo(BEGIN.plusSeconds(3));
  }

  @Test
  void theClockOfThisProcessTellsTheTimeOfDay() {
    assertThat(Duration.between(SteadyClock.ofThisProcess().instant(), Instant.now()).abs())
        .isLessThan(Duration.ofSeconds(5));
  }
}
