package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.FlexoraException;
import io.flexora.testkit.fixture.AssignedQuestions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerplexityMetricTest {

  private static Evaluation evaluate(AssignedQuestions context) {
    return Measured.of(context, Measured.PERPLEXITY, Measured.LOSS_OF_TOKENS);
  }

  @Test
  void everyAnswerTokenCountsOnce() {
    Evaluation evaluation = evaluate(new AssignedQuestions().answer(1, -3).answer(9, -9));
    // 12 over 10 tokens; residuals 3 - 1.2 and 9 - 10.8.
    MetricValue loss = evaluation.metrics().get("loss");
    assertThat(loss.value()).isCloseTo(1.2, within(1e-15));
    assertThat(loss.standardError()).isCloseTo(Math.sqrt(2 * (1.8 * 1.8 * 2)) / 10, within(1e-14));
    MetricValue perplexity = evaluation.metrics().get("perplexity");
    assertThat(perplexity.value()).isCloseTo(Math.exp(1.2), within(1e-14));
    assertThat(perplexity.standardError())
        .isCloseTo(Math.exp(1.2) * loss.standardError(), within(1e-14));
    assertThat(evaluation.deciding()).isEqualTo("perplexity");
    assertThat(evaluation.predictions().get(1).scores()).containsExactly(-9.0);
  }

  /** Pseudo-values by leaving each answer out agree but for terms of 1 / n. */
  @ParameterizedTest
  @ValueSource(strings = {"loss", "perplexity"})
  void anAnswersValueIsWhatLeavingItOutTells(String metric) {
    SplittableRandom random = new SplittableRandom(7);
    int answers = 400;
    int[] tokens = random.ints(answers, 1, 20).toArray();
    double[] losses =
        Arrays.stream(tokens).mapToDouble(n -> n * (1 + random.nextDouble())).toArray();
    Evaluation whole = evaluate(without(-1, tokens, losses));
    double mean = 0;
    for (int i = 0; i < answers; i++) {
      double value = whole.predictions().get(i).metrics().get(metric);
      mean += value / answers;
      if (i < 20) {
        double rest = evaluate(without(i, tokens, losses)).metrics().get(metric).value();
        double all = whole.metrics().get(metric).value();
        assertThat(value).isCloseTo(answers * all - (answers - 1) * rest, within(0.01 * all));
      }
    }
    assertThat(mean).isCloseTo(whole.metrics().get(metric).value(), within(1e-12));
  }

  private static AssignedQuestions without(int left, int[] tokens, double[] losses) {
    AssignedQuestions context = new AssignedQuestions();
    for (int i = 0; i < tokens.length; i++) {
      if (i != left) {
        context.answer(tokens[i], -losses[i]);
      }
    }
    return context;
  }

  @Test
  void ofSeveralRightAnswersTheFirstCounts() {
    AssignedQuestions context =
        new AssignedQuestions().question(4, List.of("ab", "c"), List.of(0, 1), -6, -1);
    assertThat(evaluate(context).metrics().get("loss").value()).isEqualTo(3);
  }

  /** Many samples of answers, longer ones with less loss for each token, tell the true error. */
  @Test
  void theStandardErrorsAreThoseOfManySamples() {
    SplittableRandom random = new SplittableRandom(4);
    int samples = 2000;
    double[] losses = new double[samples];
    double[] perplexities = new double[samples];
    double lossError = 0;
    double perplexityError = 0;
    for (int i = 0; i < samples; i++) {
      AssignedQuestions context = new AssignedQuestions();
      for (int n = 0; n < 100; n++) {
        int tokens = 1 + random.nextInt(10);
        context.answer(tokens, -tokens * (2 - 0.1 * tokens + random.nextDouble()));
      }
      Evaluation evaluation = evaluate(context);
      losses[i] = evaluation.metrics().get("loss").value();
      perplexities[i] = evaluation.metrics().get("perplexity").value();
      lossError += evaluation.metrics().get("loss").standardError() / samples;
      perplexityError += evaluation.metrics().get("perplexity").standardError() / samples;
    }
    assertThat(lossError).isCloseTo(deviation(losses), within(0.05 * deviation(losses)));
    assertThat(perplexityError)
        .isCloseTo(deviation(perplexities), within(0.05 * deviation(perplexities)));
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (values.length - 1));
  }

  @Test
  void aSingleAnswerHasNoStandardError() {
    MetricValue loss = evaluate(new AssignedQuestions().answer(4, -2)).metrics().get("loss");
    assertThat(loss.value()).isEqualTo(0.5);
    assertThat(loss.standardError()).isNaN();
  }

  @Test
  void aClassifierIsRefused() {
    assertThatThrownBy(() -> evaluate(new AssignedQuestions().text(3, 0, 0.4, 0.6)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("example e0")
        .hasMessageContaining("take evaluator 'classification'");
  }
}
