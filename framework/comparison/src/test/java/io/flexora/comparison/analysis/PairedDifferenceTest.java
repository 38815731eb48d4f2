package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.metric.MetricDescription;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {

  /** Forty examples, each of which has a value. */
  private static ExampleColumn examples(double value) {
    return new ExampleColumn(
        IntStream.range(0, 40).mapToObj(example -> "example " + example).toList(),
        DoubleStream.generate(() -> value).limit(40).toArray());
  }

  @Test
  void amongHundredsTheExamplesOfOneCanBeClear() {
    PairedCell gains = new PairedCell(1, examples(1), examples(0));
    PairedDifference difference =
        PairedDifference.of(
                List.of(gains, gains),
                new GroupMetric(MetricDescription.score("quality")),
                List.of("model", "task", "strategy"),
                500,
                false)
            .orElseThrow();
    // With 9999 draws, 1 / 10000 would be the least, which is not below 0.05 / 500.
    assertThat(difference.overExamples()).hasValue(1 / (400 * 500.0));
    assertThat(difference.isClearOverExamples(500)).isTrue();
  }
}
