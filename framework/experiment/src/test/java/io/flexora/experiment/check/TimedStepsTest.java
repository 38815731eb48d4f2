package io.flexora.experiment.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TimedStepsTest {

  private static final Offset<Double> TIGHT = within(1e-9);

  private long nanos;
  private final TimedSteps steps = new TimedSteps(() -> nanos, Duration.ofSeconds(4));

  private void step(double seconds, long done, long total) {
    step(seconds, Progress.of(done, total));
  }

  private void step(double seconds, Progress progress) {
    nanos += (long) (seconds * 1e9);
    steps.step(progress);
  }

  private void last(double seconds, long done, long total) {
    assertThatThrownBy(() -> step(seconds, done, total)).isInstanceOf(CancelledException.class);
  }

  @Test
  void theFirstStepCountsOnceAndTheOthersForTheRest() {
    step(3, 1, 100);
    last(1.5, 2, 100);
    assertThat(steps.ended()).isTrue();
    assertThat(steps.whole()).isCloseTo(3 + 99 * 1.5, TIGHT);
  }

  @Test
  void stepsThatAreToldTogetherAreManySteps() {
    step(1, 8, 1000);
    step(1, 40, 1000);
    last(2, 104, 1000);
    assertThat(steps.whole()).isCloseTo(1 + 992 * 3.0 / 96, TIGHT);
  }

  @Test
  void aFirstStepIsNotTheOnlyOneUnlessItTookFarTooLong() {
    step(11, 1, 10);
    assertThat(steps.ended()).isFalse();
    last(1, 2, 10);
    assertThat(steps.whole()).isCloseTo(11 + 9, TIGHT);

    TimedSteps slow = new TimedSteps(() -> nanos, Duration.ofSeconds(4));
    nanos += 13_000_000_000L;
    assertThatThrownBy(() -> slow.step(Progress.of(1, 10))).isInstanceOf(CancelledException.class);
    assertThat(slow.whole()).isCloseTo(130, TIGHT);
  }

  @Test
  void aPhaseThatEndedTookWhatItTook() {
    step(5, 1, 3);
    nanos += 1_000_000_000L;
    assertThatThrownBy(() -> steps.step(Progress.of(2, 3))).isInstanceOf(CancelledException.class);

    TimedSteps whole = new TimedSteps(() -> nanos, Duration.ofSeconds(4));
    nanos += 2_000_000_000L;
    whole.step(Progress.of(1, 1));
    nanos += 500_000_000L;
    assertThat(whole.ended()).isFalse();
    assertThat(whole.whole()).isCloseTo(2.5, TIGHT);
    assertThat(whole.ofSteps()).isCloseTo(2, TIGHT);
  }

  @Test
  void aPhaseWithoutStepsTookWhatItTook() {
    nanos += 250_000_000L;
    assertThat(steps.whole()).isCloseTo(0.25, TIGHT);
  }

  @Test
  void theEvaluationsOfATrainingAreCountedApart() {
    step(2, Progress.of(1, 125).withTrainingLoss(1));
    step(0.5, Progress.of(2, 125).withTrainingLoss(1));
    step(0.5, Progress.of(3, 125).withTrainingLoss(1));
    step(0.7, Progress.of(4, 125).withValidationLoss(1));
    // One evaluation of a tenth of the examples took 0.2 s, and there are 5 of them.
    assertThat(steps.wholeTraining(5, 10)).isCloseTo(2 + 124 * 0.5 + 5 * 10 * 0.2, TIGHT);
  }

  @Test
  void aTrainingThatOnlyEvaluatedIsMultipliedAsItIs() {
    step(2, Progress.of(1, 10).withValidationLoss(1));
    step(1, Progress.of(2, 10).withValidationLoss(1));
    assertThat(steps.wholeTraining(10, 3)).isCloseTo(2 + 9, TIGHT);
  }

  @Test
  void theSpeedIsThatOfLaterStepsWithoutEvaluations() {
    step(3, Progress.of(1, 100).with("tokens_per_second", 100.0));
    step(0.5, Progress.of(2, 100).with("tokens_per_second", 400.0));
    step(0.4, Progress.of(3, 100).with("tokens_per_second", 10.0).withValidationLoss(1));
    StepSpeed speed = steps.speed().orElseThrow();
    assertThat(speed.steps()).isOne();
    assertThat(speed.seconds()).isCloseTo(0.5, TIGHT);
    assertThat(speed.tokens().orElseThrow()).isCloseTo(200, TIGHT);
    assertThat(speed.tokensPerSecond().orElseThrow()).isCloseTo(400, TIGHT);
  }

  @Test
  void stepsThatAllHaveAnEvaluationAreTimedWithIt() {
    step(2, Progress.of(1, 100).withValidationLoss(1));
    assertThat(steps.speed().orElseThrow().seconds()).isCloseTo(2, TIGHT);
    step(0.75, Progress.of(2, 100).withValidationLoss(1));
    assertThat(steps.speed().orElseThrow().seconds()).isCloseTo(0.75, TIGHT);
  }

  @Test
  void aSpeedWithoutTokensAndAPhaseOfSoManyTokens() {
    assertThat(steps.speed()).isEmpty();
    step(1, 2, 8);
    step(1, 4, 8);
    assertThat(steps.speed().orElseThrow().tokens()).isEmpty();
    assertThat(steps.speed().orElseThrow().steps()).isEqualTo(2);
    StepSpeed whole = steps.speed(800);
    assertThat(whole.seconds()).isCloseTo(0.5, TIGHT);
    assertThat(whole.tokensPerSecond().orElseThrow()).isCloseTo(200, TIGHT);
  }
}
