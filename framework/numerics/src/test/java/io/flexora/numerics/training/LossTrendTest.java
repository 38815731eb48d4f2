package io.flexora.numerics.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class LossTrendTest {

  private static LossTrend after(long total, LongToDoubleFunction loss) {
    LossTrend trend = LossTrend.START;
    for (long step = 1; step <= total; step++) {
      trend = trend.after(step, total, loss.applyAsDouble(step));
    }
    return trend;
  }

  @Test
  void theFirstAndTheLastTenthAreSummed() {
    LossTrend trend = after(40, step -> step);

    assertThat(trend.first()).isCloseTo(1 + 2 + 3 + 4, within(1e-12));
    assertThat(trend.last()).isCloseTo(37 + 38 + 39 + 40, within(1e-12));
  }

  @Test
  void aLossThatHasNotFallenIsToldWithItsMeans() {
    assertThat(after(40, step -> step).warning(40))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains(
                        "2.500 over the first 4 of 40 steps and 38.500 over the last 4",
                        "a lower learning_rate"));
    assertThat(after(40, step -> 2).warning(40)).isPresent();
    assertThat(after(40, step -> 1.0 / step).warning(40)).isEmpty();
  }

  @Test
  void fewStepsSayNothing() {
    assertThat(after(39, step -> step).warning(39)).isEmpty();
    assertThat(after(9, step -> step).warning(9)).isEmpty();
    assertThat(LossTrend.NONE.after(40, 40, 1).warning(40)).isEmpty();
    assertThat(after(40, step -> Double.NaN).warning(40)).isEmpty();
  }
}
