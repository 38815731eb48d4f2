package io.flexora.evaluator.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.score.MetricEvaluator;
import io.flexora.testkit.fixture.AssignedQuestions;
import io.flexora.testkit.fixture.GivenMetric;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClassificationEvaluatorTest {

  private static final Component<Metric> HITS = GivenMetric.of("hits", e -> e.isRight() ? 1 : 0);
  private static final Component<Metric> LOSS = GivenMetric.of("nll", ScoredExample::loss);

  private static Evaluation evaluate(AssignedQuestions context, int batchSize) {
    return new ClassificationEvaluator(
            new ClassificationEvaluator.Options(
                new MetricEvaluator.Options(batchSize, List.of(HITS, LOSS), Optional.empty())))
        .evaluate(context);
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
  void measuresItsMetricsAndTheFirstDecides() {
    Evaluation evaluation = evaluate(six(), 4);
    assertThat(evaluation.predictions())
        .extracting(Prediction::predicted)
        .containsExactly(0, 1, 1, 1, 2, 0);
    assertThat(evaluation.predictions())
        .extracting(prediction -> prediction.metrics().get("hits"))
        .containsExactly(1.0, 0.0, 1.0, 1.0, 1.0, 0.0);
    assertThat(evaluation.metrics()).containsOnlyKeys("hits", "nll");
    assertThat(evaluation.metrics().get("hits").value()).isEqualTo(4 / 6.0);
    assertThat(evaluation.deciding()).isEqualTo("hits");
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
    AssignedQuestions context = six();
    evaluate(context, 2);
    assertThat(context.batches()).containsExactly(List.of(9, 7), List.of(5, 3), List.of(2, 1));
    assertThat(context.openScopes()).isZero();
    assertThat(context.steps()).containsExactly("2/6", "4/6", "6/6");
  }

  @Test
  void endsAtOnceWhenCancelled() {
    AssignedQuestions context = six();
    context.cancelAfter(1);
    assertThatThrownBy(() -> evaluate(context, 2)).isInstanceOf(CancelledException.class);
    assertThat(context.batches()).hasSize(1);
    assertThat(context.openScopes()).isZero();
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThatThrownBy(() -> evaluate(new AssignedQuestions(), 2))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no examples");
    assertThatThrownBy(() -> evaluate(six().text(4, 1, Double.NaN, 0.2, 0.1), 2))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("example e6")
        .hasMessageContaining("diverged");
  }
}
