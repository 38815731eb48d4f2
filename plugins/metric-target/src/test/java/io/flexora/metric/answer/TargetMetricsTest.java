package io.flexora.metric.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.data.Example;
import io.flexora.api.data.Target;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Head;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.metric.answer.AbsoluteErrorOptions.PointEstimate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetMetricsTest {

  private static final Example COLOURS =
      new Example("e", List.of("q"), " ", List.of("red", "blue", "grey"), 0, List.of(2), List.of());

  private static double of(Metric metric, Example example, String text) {
    double[] scores = new double[example.choices().size()];
    Prediction prediction = Prediction.of(example, scores).withText(text);
    ScoredExample scored = new ScoredExample(example, prediction, List.of());
    return metric.compute(new ScoredExamples(List.of(scored))).get(0).value().value();
  }

  private static Metric exactMatch(String pattern, boolean ignoring) {
    return new ExactMatchMetric(
        new ExactMatchOptions(Optional.of(pattern).filter(p -> !p.isEmpty()), ignoring, ignoring));
  }

  @Test
  void withoutATargetAnyRightChoiceMatches() {
    Metric metric = exactMatch("", false);
    assertThat(of(metric, COLOURS, " red\n")).isEqualTo(1);
    assertThat(of(metric, COLOURS, "grey")).isEqualTo(1);
    assertThat(of(metric, COLOURS, "blue")).isZero();
    assertThat(of(metric, COLOURS, "Red.")).isZero();
    assertThat(of(exactMatch("", true), COLOURS, "Red.")).isEqualTo(1);
    assertThat(of(metric, COLOURS.withTarget(new Target.Text("blue")), "red")).isZero();
    assertThat(of(metric, COLOURS.withTarget(new Target.Numeric(12)), "12")).isEqualTo(1);
  }

  @Test
  void thePatternFindsTheLastAnswerInTheTextAndInTheTarget() {
    Metric metric = exactMatch("#### (-?[0-9]+)", false);
    Example sum = COLOURS.withTarget(new Target.Text("3 + 4\n#### 7"));
    assertThat(of(metric, sum, "#### 8, no, #### 7 (sure)")).isEqualTo(1);
    assertThat(of(metric, sum, "#### 7, no, #### 8")).isZero();
    assertThat(of(metric, sum, "7")).isZero();
    assertThat(of(metric, COLOURS.withTarget(new Target.Text("7")), "#### 7")).isEqualTo(1);
    assertThatThrownBy(() -> exactMatch("(", false))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no regular expression");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "It costs 12, no, 15. | 15",
        "-2.5e1 | -25",
        "1,234.5 in all | 1234.5",
        ".5 | 0.5",
        "minus one | 100",
        "a-b | 100"
      })
  void theNumberOfATextIsItsLast(String text, double number) {
    Metric metric = new AbsoluteErrorMetric(new AbsoluteErrorOptions(PointEstimate.TEXT, 100));
    Example example = COLOURS.withTarget(new Target.Numeric(-10));
    assertThat(of(metric, example, text)).isCloseTo(Math.abs(number + 10), within(1e-12));
  }

  @Test
  void theExpectedValueWeighsTheChoices() {
    Example stars =
        new Example("e", "q", List.of("1", "2", "4"), 0).withTarget(new Target.Text("2.5"));
    Prediction prediction =
        Prediction.of(stars, new double[] {Math.log(0.5), Math.log(0.25), Math.log(0.25)});
    Metric metric =
        new AbsoluteErrorMetric(new AbsoluteErrorOptions(PointEstimate.EXPECTED_VALUE, 0));
    ScoredExample scored = new ScoredExample(stars, prediction, List.of());
    assertThat(metric.compute(new ScoredExamples(List.of(scored))).get(0).value().value())
        .isCloseTo(0.5, within(1e-12));
  }

  @Test
  void whatIsNoNumberDoesNotFit() {
    Metric metric =
        new AbsoluteErrorMetric(new AbsoluteErrorOptions(PointEstimate.EXPECTED_VALUE, 0));
    assertThat(incompatibility(metric, COLOURS.withTarget(new Target.Numeric(1))))
        .contains("it takes the mean of the choices, but 'red' of example e is no number");
    assertThat(incompatibility(metric, COLOURS.withTarget(new Target.Text("much"))).orElseThrow())
        .startsWith("the target of example e is no number");
    Metric ofText = new AbsoluteErrorMetric(new AbsoluteErrorOptions(PointEstimate.TEXT, 0));
    assertThat(incompatibility(ofText, COLOURS.withTarget(new Target.Numeric(1)))).isEmpty();
  }

  private static Optional<String> incompatibility(Metric metric, Example example) {
    return Compatibility.of(
            metric::checkCompatibility, new EvaluatedTask(List.of(example), Head.NONE, true))
        .first();
  }
}
