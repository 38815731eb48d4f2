package io.flexora.numerics.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.MetricValue.ConfidenceInterval;
import io.flexora.api.metric.MetricDescription;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimatesTest {

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "0, 1, 0.0, 0.7934506856227626",
    "1, 1, 0.20654931437723745, 1.0",
    "7, 10, 0.39677814746114526, 0.892208732593699",
    "0, 20, 0.0, 0.16112515805281935",
    "81, 263, 0.2552885198782742, 0.36620957698280004",
    "20, 20, 0.8388748419471808, 1.0"
  })
  void theIntervalOfAShareAgreesWithScipy(long counted, long all, double low, double high) {
    // scipy.stats.binomtest(k, n).proportion_ci(0.95, method='wilson')
    ConfidenceInterval found = Estimates.wilson(counted, all);
    assertThat(found.low()).isCloseTo(low, within(1e-12));
    assertThat(found.high()).isCloseTo(high, within(1e-12));
  }

  @Test
  void whatIsNoShareIsRefused() {
    assertThatThrownBy(() -> Estimates.wilson(0, 0)).hasMessageContaining("0 counted of 0");
    assertThatThrownBy(() -> Estimates.wilson(3, 2)).hasMessageContaining("3 counted of 2");
  }

  @Test
  void aShareOfTheExamplesHasAnIntervalThatHoldsAtTheEnds() {
    MetricDescription accuracy = MetricDescription.fraction("accuracy");
    double[] right = new double[80];
    Arrays.fill(right, 1);
    MetricValue all = Estimates.mean(accuracy, right).value();
    assertThat(all.standardError()).isZero();
    assertThat(all.interval()).contains(Estimates.wilson(80, 80));
    assertThat(all.intervalAtEnd()).contains(Estimates.wilson(80, 80));
    Arrays.fill(right, 0, 40, 0);
    MetricValue half = Estimates.mean(accuracy, right).value();
    assertThat(half.interval()).contains(Estimates.wilson(40, 80));
    assertThat(half.intervalAtEnd()).isEmpty();
    right[0] = 0.5;
    assertThat(Estimates.mean(accuracy, right).value().interval()).isEmpty();
    assertThat(Estimates.mean(MetricDescription.error("loss"), new double[3]).value().interval())
        .isEmpty();
  }
}
