package io.flexora.evaluator.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassificationEvaluatorTest {
  private static Evaluation evaluate(Classified context, int batchSize) {
    return new ClassificationEvaluator(new ClassificationOptions(batchSize), new Seeds(1))
        .evaluate(context);
  }

  private static Classified six() {
    return new Classified()
        .example(3, 0, 0.7, 0.2, 0.1)
        .example(9, 0, 0.3, 0.6, 0.1)
        .example(1, 1, 0.2, 0.5, 0.3)
        .example(7, 1, 0.1, 0.8, 0.1)
        .example(2, 2, 0.1, 0.1, 0.8)
        .example(5, 2, 0.4, 0.4, 0.2);
  }

  @Test
  void measuresWhatTheDefinitionsSay() {
    Evaluation evaluation = evaluate(six(), 4);
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
  void doesNotDependOnTheBatches() {
    Evaluation whole = evaluate(six(), 64);
    for (int batchSize : new int[] {1, 2, 4, 6}) {
      assertThat(evaluate(six(), batchSize)).isEqualTo(whole);
    }
  }

  @Test
  void batchesByLengthAndClosesEveryScope() {
    Classified context = six();
    evaluate(context, 2);
    assertThat(context.batches()).containsExactly(List.of(9, 7), List.of(5, 3), List.of(2, 1));
    assertThat(context.openScopes()).isZero();
    assertThat(context.steps()).containsExactly("2/6", "4/6", "6/6");
  }

  @Test
  void theStandardErrorOfMacroF1IsThatOfManySamples() {
    // Two balanced classes, each example right with probability 0.9: macro F1 is close to the
    // accuracy, and so is its standard error.
    Classified context = new Classified();
    IntStream.range(0, 400)
        .forEach(i -> context.example(1 + i, i % 2, i % 20 < 18 == (i % 2 == 0) ? 0.8 : 0.2, 0.5));
    Evaluation evaluation = evaluate(context, 64);
    MetricValue accuracy = evaluation.metrics().get("accuracy");
    MetricValue f1 = evaluation.metrics().get("macro_f1");
    assertThat(f1.value()).isCloseTo(accuracy.value(), within(0.01));
    assertThat(f1.standardError())
        .isCloseTo(accuracy.standardError(), within(0.15 * accuracy.standardError()));
  }

  @Test
  void classesThatNeverOccurDoNotCountInMacroF1() {
    Classified context =
        new Classified().example(1, 0, 0.9, 0.05, 0.05).example(2, 1, 0.05, 0.9, 0.05);
    assertThat(evaluate(context, 8).metrics().get("macro_f1").value()).isEqualTo(1.0);
  }

  @Test
  void takesTheFirstOfEqualScores() {
    Classified context = new Classified().example(1, 1, 0.5, 0.5).example(2, 0, 0.5, 0.5);
    assertThat(evaluate(context, 8).predictions())
        .extracting(Prediction::predicted)
        .containsExactly(0, 0);
  }

  @Test
  void endsAtOnceWhenCancelled() {
    Classified context = six();
    context.cancelAfter(1);
    assertThatThrownBy(() -> evaluate(context, 2)).isInstanceOf(CancelledException.class);
    assertThat(context.batches()).hasSize(1);
    assertThat(context.openScopes()).isZero();
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThatThrownBy(() -> evaluate(new Classified(), 2))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no examples");
    assertThatThrownBy(() -> evaluate(six().example(4, 1, Double.NaN, 0.2, 0.1), 2))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("example e6")
        .hasMessageContaining("diverged");
  }
}
