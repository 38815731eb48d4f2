package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.metric.MetricDescription;
import io.flexora.statistics.Interval;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricTextTest {

  private static final MetricText POINTS = new MetricText(new GroupMetric(Cells.ACCURACY));

  private static String difference(double difference) {
    return POINTS.difference(difference, Optional.empty());
  }

  @Test
  void pointsHaveOneDecimalAndBelowATenthTwo() {
    assertThat(difference(0.0123)).isEqualTo("+1.2 points");
    assertThat(difference(-0.001)).isEqualTo("-0.1 points");
    assertThat(difference(0.0007)).isEqualTo("+0.07 points");
    assertThat(difference(-0.0004)).isEqualTo("-0.04 points");
    assertThat(difference(0.00001)).isEqualTo("0.0 points");
    assertThat(difference(0)).isEqualTo("0.0 points");
  }

  @Test
  void halfATenthIsNotRoundedToTwiceItsSize() {
    // In binary a little above 0.05 points.
    assertThat(difference(0.0005000000000000562)).isEqualTo("+0.05 points");
    assertThat(POINTS.difference(0.0005, Optional.of(new Interval(-0.0006, 0.0016))))
        .isEqualTo("+0.05 points (-0.06 to +0.2)");
  }

  @Test
  void aMetricThatIsNoShareHasThreeDigits() {
    MetricText losses = new MetricText(new GroupMetric(MetricDescription.error("loss")));
    assertThat(losses.difference(0.000512345, Optional.empty())).isEqualTo("+0.000512 in loss");
  }
}
