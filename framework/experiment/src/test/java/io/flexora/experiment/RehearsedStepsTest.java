package io.flexora.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.CancelledException;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RehearsedStepsTest {

  private static final Offset<Double> TIGHT = within(1e-9);

  private long nanos;
  private final RehearsedSteps steps = new RehearsedSteps(() -> nanos, Duration.ofSeconds(4));

  private void step(double seconds, long done, long total, String... figures) {
    nanos += (long) (seconds * 1e9);
    steps.step(done, total, figures.length == 0 ? Map.of() : Map.of(figures[0], 1.0));
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

    RehearsedSteps slow = new RehearsedSteps(() -> nanos, Duration.ofSeconds(4));
    nanos += 13_000_000_000L;
    assertThatThrownBy(() -> slow.step(1, 10, Map.of())).isInstanceOf(CancelledException.class);
    assertThat(slow.whole()).isCloseTo(130, TIGHT);
  }

  @Test
  void aPhaseThatEndedTookWhatItTook() {
    step(5, 1, 3);
    nanos += 1_000_000_000L;
    assertThatThrownBy(() -> steps.step(2, 3, Map.of())).isInstanceOf(CancelledException.class);

    RehearsedSteps whole = new RehearsedSteps(() -> nanos, Duration.ofSeconds(4));
    nanos += 2_000_000_000L;
    whole.step(1, 1, Map.of());
    nanos += 500_000_000L;
    assertThat(whole.ended()).isFalse();
    assertThat(whole.whole()).isCloseTo(2.5, TIGHT);
  }

  @Test
  void aPhaseWithoutStepsTookWhatItTook() {
    nanos += 250_000_000L;
    assertThat(steps.whole()).isCloseTo(0.25, TIGHT);
  }

  @Test
  void theEvaluationsOfATrainingAreCountedApart() {
    step(2, 1, 125, "training_loss");
    step(0.5, 2, 125, "training_loss");
    step(0.5, 3, 125, "training_loss");
    step(0.7, 4, 125, "validation_loss");
    // One evaluation of a tenth of the examples took 0.2 s, and there are 5 of them.
    assertThat(steps.wholeTraining(5, 10)).isCloseTo(2 + 124 * 0.5 + 5 * 10 * 0.2, TIGHT);
  }

  @Test
  void aTrainingThatOnlyEvaluatedIsMultipliedAsItIs() {
    step(2, 1, 10, "validation_loss");
    step(1, 2, 10, "validation_loss");
    assertThat(steps.wholeTraining(10, 3)).isCloseTo(2 + 9, TIGHT);
  }
}
