package io.flexora.comparison.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.metric.MetricDescription;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.ConfigurationReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MarginCheckTest {

  private static final Optional<MetricDescription> ACCURACY =
      Optional.of(MetricDescription.fraction("accuracy"));
  private static final Optional<MetricDescription> CORRELATION =
      Optional.of(
          MetricDescription.score("correlation").withRange(new MetricDescription.Range(-1, 1)));
  private static final Optional<MetricDescription> LOSS =
      Optional.of(MetricDescription.error("loss"));

  private static Optional<String> problem(
      double margin, List<Optional<MetricDescription>> deciding) {
    Mapping file =
        (Mapping)
            new ConfigurationReader()
                .parse("equivalence: {margin: %s}".formatted(margin), "compare.yaml");
    return new MarginCheck(margin, file).problem(deciding).map(ConfigProblem::toString);
  }

  @Test
  void aMarginThatNoDifferenceExceedsIsRefusedWithTheRangeOfTheMetric() {
    assertThat(problem(5, List.of(ACCURACY, ACCURACY)))
        .contains(
            "compare.yaml:1:23: option 'equivalence.margin' is 5, which no difference can exceed:"
                + " accuracy goes from 0 to 1; write less than 1: 5 points are 0.05");
    assertThat(problem(1, List.of(ACCURACY)).orElseThrow()).endsWith(": 1 point is 0.01");
    assertThat(problem(2, List.of(ACCURACY, CORRELATION)).orElseThrow())
        .endsWith("accuracy goes from 0 to 1, correlation goes from -1 to 1; write less than 2");
  }

  @Test
  void aMarginByWhichOneTaskCanBeTestedIsAccepted() {
    assertThat(problem(0.99, List.of(ACCURACY))).isEmpty();
    assertThat(problem(1, List.of(ACCURACY, CORRELATION))).isEmpty();
    assertThat(problem(5, List.of(ACCURACY, LOSS))).as("without an end").isEmpty();
    assertThat(problem(5, List.of(ACCURACY, Optional.empty()))).as("not known").isEmpty();
    assertThat(problem(5, List.of())).as("nothing could be read").isEmpty();
  }
}
