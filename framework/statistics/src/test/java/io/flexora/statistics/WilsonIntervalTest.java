package io.flexora.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonIntervalTest {

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "0, 1, 0.0, 0.7934506856227626",
    "1, 1, 0.20654931437723745, 1.0",
    "7, 10, 0.39677814746114526, 0.892208732593699",
    "0, 20, 0.0, 0.16112515805281935",
    "81, 263, 0.2552885198782742, 0.36620957698280004",
    "20, 20, 0.8388748419471808, 1.0"
  })
  void agreesWithScipy(long successes, long trials, double low, double high) {
    // scipy.stats.binomtest(k, n).proportion_ci(0.95, method='wilson')
    Interval found = WilsonInterval.of(successes, trials, 0.95);
    assertThat(found.low()).isCloseTo(low, within(1e-12));
    assertThat(found.high()).isCloseTo(high, within(1e-12));
  }

  @Test
  void refusesWhatIsNoProportion() {
    assertThatThrownBy(() -> WilsonInterval.of(0, 0, 0.95)).hasMessageContaining("0 trials");
    assertThatThrownBy(() -> WilsonInterval.of(3, 2, 0.95))
        .hasMessageContaining("3 successes of 2 trials");
  }
}
