package io.flexora.comparison.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.metric.MetricDescription;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {

  /** Forty examples, each of which has a value. */
  private static Map<String, Double> examples(double value) {
    return IntStream.range(0, 40)
        .mapToObj(example -> "example " + example)
        .collect(Collectors.toMap(Function.identity(), example -> value));
  }

  @Test
  void amongHundredsTheExamplesOfOneCanBeClear() {
    PairedCell gains = new PairedCell(1, examples(1), examples(0));
    PairedDifference difference =
        PairedDifference.of(
                List.of(gains, gains),
                new GroupMetric(MetricDescription.score("quality")),
                List.of("model", "task", "strategy"),
                500)
            .orElseThrow();
    // With 9999 draws, 1 / 10000 would be the least, which is not below 0.05 / 500.
    assertThat(difference.overExamples()).hasValue(1 / (400 * 500.0));
    assertThat(difference.isClearOverExamples(500)).isTrue();
  }
}
