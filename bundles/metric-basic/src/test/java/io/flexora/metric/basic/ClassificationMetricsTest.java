package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.testkit.fixture.AssignedQuestions;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassificationMetricsTest {

  private static Evaluation evaluate(AssignedQuestions context) {
    return Measured.of(context, Measured.ACCURACY, Measured.MACRO_F1, Measured.LOSS);
  }

  private static AssignedQuestions six() {
    return new AssignedQuestions()
        .text(3, 0, 0.7, 0.2, 0.1)
        .text(9, 0, 0.3, 0.6, 0.1)
        .text(1, 1, 0.2, 0.5, 0.3)
        .text(7, 1, 0.1, 0.8, 0.1)
        .text(2, 2, 0.1, 0.1, 0.8)
        .text(5, 2, 0.4, 0.4, 0.2);
  }

  @Test
  void measuresWhatTheDefinitionsSay() {
    Evaluation evaluation = evaluate(six());
    // Predictions 0 1 1 1 2 0 of labels 0 0 1 1 2 2.
    assertThat(evaluation.predictions())
        .extracting(Prediction::predicted)
        .containsExactly(0, 1, 1, 1, 2, 0);
    MetricValue accuracy = evaluation.metrics().get("accuracy");
    assertThat(accuracy.value()).isEqualTo(4 / 6.0);
    assertThat(accuracy.standardError()).isCloseTo(Math.sqrt(4 / 6.0 * 2 / 6.0 / 6), within(1e-15));
    double[] losses =
        Arrays.stream(new double[] {0.7, 0.3, 0.5, 0.8, 0.8, 0.2}).map(p -> -Math.log(p)).toArray();
    double mean = Arrays.stream(losses).sum() / 6;
    double variance = Arrays.stream(losses).map(x -> (x - mean) * (x - mean)).sum() / 5;
    MetricValue loss = evaluation.metrics().get("loss");
    assertThat(loss.value()).isCloseTo(mean, within(1e-12));
    assertThat(loss.standardError()).isCloseTo(Math.sqrt(variance / 6), within(1e-12));
    // Precision and recall of the classes: (1/2, 1/2), (2/3, 1), (1, 1/2).
    assertThat(evaluation.metrics().get("macro_f1").value())
        .isCloseTo((0.5 + 0.8 + 2 / 3.0) / 3, within(1e-12));
    assertThat(evaluation.deciding()).isEqualTo("accuracy");
  }

  @Test
  void theStandardErrorOfMacroF1IsThatOfManySamples() {
    // Two balanced classes, each example right with probability 0.9: macro F1 is close to the
    // accuracy, and so is its standard error.
    AssignedQuestions context = new AssignedQuestions();
    IntStream.range(0, 400)
        .forEach(i -> context.text(1 + i, i % 2, i % 20 < 18 == (i % 2 == 0) ? 0.8 : 0.2, 0.5));
    Evaluation evaluation = evaluate(context);
    MetricValue accuracy = evaluation.metrics().get("accuracy");
    MetricValue f1 = evaluation.metrics().get("macro_f1");
    assertThat(f1.value()).isCloseTo(accuracy.value(), within(0.01));
    assertThat(f1.standardError())
        .isCloseTo(accuracy.standardError(), within(0.15 * accuracy.standardError()));
  }

  @Test
  void classesThatNeverOccurDoNotCountInMacroF1() {
    AssignedQuestions context =
        new AssignedQuestions().text(1, 0, 0.9, 0.05, 0.05).text(2, 1, 0.05, 0.9, 0.05);
    assertThat(evaluate(context).metrics().get("macro_f1").value()).isEqualTo(1.0);
  }

  @Test
  void takesTheFirstOfEqualScores() {
    AssignedQuestions context = new AssignedQuestions().text(1, 1, 0.5, 0.5).text(2, 0, 0.5, 0.5);
    assertThat(evaluate(context).predictions())
        .extracting(Prediction::predicted)
        .containsExactly(0, 0);
  }
}
