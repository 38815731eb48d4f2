package io.flexora.numerics.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The expected factors are those of Transformers' schedules of the same names. */
class ScheduleTest {

  @Test
  void risesInALineAndStays() {
    assertThat(factors(new Schedule(Schedule.Decay.CONSTANT, 4, 0), 6))
        .containsExactly(0, 0.25, 0.5, 0.75, 1, 1);
  }

  @Test
  void fallsInALineToZero() {
    assertThat(factors(new Schedule(Schedule.Decay.LINEAR, 2, 6), 8))
        .containsExactly(0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0);
  }

  @Test
  void fallsAlongACosineToZero() {
    assertThat(factors(new Schedule(Schedule.Decay.COSINE, 0, 4), 5))
        .containsExactly(
            new double[] {1, 0.8535533905932737, 0.5, 0.14644660940672627, 0}, within(1e-15));
  }

  private static double[] factors(Schedule schedule, int steps) {
    return LongStream.range(0, steps).mapToDouble(schedule::factor).toArray();
  }
}
