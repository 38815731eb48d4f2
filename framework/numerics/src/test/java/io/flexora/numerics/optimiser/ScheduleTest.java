package io.flexora.numerics.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** From get_scheduler of Transformers with min_lr_rate 0.1, and num_decay_steps 2 of 10. */
  @Test
  void knowsTheOtherSchedulesOfTransformers() {
    assertThat(factors(new Schedule(Schedule.Decay.COSINE_WITH_MIN_LR, 0, 4), 5))
        .containsExactly(
            new double[] {1, 0.8681980515339464, 0.55, 0.23180194846605365, 0.1}, within(1e-15));
    assertThat(factors(new Schedule(Schedule.Decay.WARMUP_STABLE_DECAY, 2, 12), 13))
        .containsExactly(new double[] {0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0}, within(1e-15));
    assertThat(factors(new Schedule(Schedule.Decay.INVERSE_SQRT, 4, 20), 9))
        .containsExactly(
            new double[] {
              0,
              0.25,
              0.5,
              0.75,
              1,
              0.8944271909999159,
              0.8164965809277261,
              0.7559289460184544,
              0.7071067811865475
            },
            within(1e-15));
    assertThat(factors(new Schedule(Schedule.Decay.CONSTANT_WITH_WARMUP, 2, 4), 4))
        .containsExactly(0, 0.5, 1, 1);
  }

  /** From get_inverse_sqrt_schedule, which is told of no total. */
  @ParameterizedTest
  @ValueSource(longs = {0, 15, 30, 1000})
  void theInverseSquareRootFallsOnWhateverTheTotal(long totalSteps) {
    Schedule schedule = new Schedule(Schedule.Decay.INVERSE_SQRT, 10, totalSteps);

    assertThat(schedule.factor(10)).isEqualTo(1);
    assertThat(schedule.factor(20)).isCloseTo(0.7071067811865475, within(1e-15));
    assertThat(schedule.factor(40)).isCloseTo(0.5, within(1e-15));
  }

  private static double[] factors(Schedule schedule, int steps) {
    return LongStream.range(0, steps).mapToDouble(schedule::factor).toArray();
  }
}
