package io.flexora.evaluator.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.evaluator.likelihood.MultipleChoiceOptions.Accuracy;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipleChoiceEvaluatorTest {

  private static final List<String> CHOICES = List.of("yes", "no");

  private static Evaluation evaluate(Questions context, int batchTokens) {
    return new MultipleChoiceEvaluator(new MultipleChoiceOptions(batchTokens, Accuracy.ACC))
        .evaluate(context);
  }

  private static Questions five() {
    return new Questions()
        .question(10, CHOICES, 0, -1, -2)
        .question(40, CHOICES, 0, -3, -2.5)
        .question(20, CHOICES, 1, -0.5, -4)
        .question(30, CHOICES, 1, -9, -4)
        .question(35, CHOICES, 1, -9, -4);
  }

  /** Sixty questions, ties and characters of several bytes among them; see framework/interop. */
  @ParameterizedTest
  @ValueSource(strings = {"acc", "acc_norm", "acc_bytes"})
  void agreesWithTheEvaluationHarness(String metric) throws IOException {
    JsonNode reference = reference();
    List<JsonNode> examples = new ArrayList<>();
    reference.get("examples").forEach(examples::add);
    Questions all = new Questions();
    for (JsonNode example : examples) {
      add(all, example);
      Evaluation alone = evaluate(add(new Questions(), example), 512);
      assertThat(alone.metrics().get(metric).value())
          .as("%s of %s", metric, example)
          .isEqualTo(example.get(metric).doubleValue());
    }
    Evaluation whole = evaluate(all, 512);
    assertThat(whole.predictions())
        .extracting(prediction -> prediction.metrics().get(metric))
        .isEqualTo(examples.stream().map(e -> e.get(metric).doubleValue()).toList());
    MetricValue measured = whole.metrics().get(metric);
    JsonNode expected = reference.get("metrics").get(metric);
    assertThat(measured.value()).isCloseTo(expected.get("value").doubleValue(), within(1e-15));
    assertThat(measured.standardError())
        .isCloseTo(expected.get("standard_error").doubleValue(), within(1e-15));
  }

  /** Twenty questions with one to three right answers. */
  @ParameterizedTest
  @ValueSource(strings = {"acc", "acc_norm", "acc_bytes"})
  void takesAnyRightAnswerAsTheEvaluationHarness(String metric) throws IOException {
    for (JsonNode example : reference().get("several")) {
      Evaluation alone = evaluate(add(new Questions(), example), 512);
      assertThat(alone.metrics().get(metric).value())
          .as("%s of %s", metric, example)
          .isEqualTo(example.get(metric).doubleValue());
    }
  }

  /** The harness tells standard errors by bootstrap, of which 4000 draws are good to 1 %. */
  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void measuresClassesAsTheEvaluationHarness(String classes) throws IOException {
    JsonNode reference = reference().get("classes").get(classes);
    Questions all = new Questions();
    reference.get("examples").forEach(example -> add(all, example));
    Map<String, MetricValue> measured = evaluate(all, 512).metrics();
    assertThat(measured.containsKey("f1")).isEqualTo(classes.equals("2"));
    for (Map.Entry<String, JsonNode> expected : reference.get("metrics").properties()) {
      double error = expected.getValue().get("standard_error").doubleValue();
      MetricValue metric = measured.get(expected.getKey());
      assertThat(metric.value())
          .as(expected.getKey())
          .isCloseTo(expected.getValue().get("value").doubleValue(), within(1e-14));
      assertThat(metric.standardError()).as(expected.getKey()).isCloseTo(error, within(error / 20));
    }
  }

  @Test
  void classesThatNobodyNamesHaveNoF1AndNoCorrelation() {
    Map<String, MetricValue> measured =
        evaluate(
                new Questions().question(4, CHOICES, 0, -1, -2).question(4, CHOICES, 0, -1, -3), 64)
            .metrics();
    assertThat(measured.get("f1").value()).isZero();
    assertThat(measured.get("mcc").value()).isZero();
    assertThat(measured.get("mcc").standardError()).isZero();
  }

  @Test
  void choicesThatDifferAreNoClasses() {
    Questions differing = five().question(4, List.of("no", "yes"), 0, -1, -2);
    Questions several = five().question(4, CHOICES, List.of(0, 1), -1, -2);
    assertThat(evaluate(differing, 64).metrics()).doesNotContainKeys("f1", "mcc");
    assertThat(evaluate(several, 64).metrics()).doesNotContainKeys("f1", "mcc");
  }

  @Test
  void lossIsThatOfTheLikeliestRightChoice() {
    Questions context =
        new Questions().question(4, List.of("a", "b", "c"), List.of(0, 2), -3, -1, -2);
    assertThat(evaluate(context, 64).metrics().get("loss").value()).isEqualTo(2);
    assertThat(evaluate(context, 64).predictions().get(0).label()).isEqualTo(2);
  }

  private static JsonNode reference() throws IOException {
    try (InputStream in =
        MultipleChoiceEvaluatorTest.class.getResourceAsStream("lm-eval-metrics.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Questions add(Questions context, JsonNode example) {
    List<String> choices =
        StreamSupport.stream(example.get("choices").spliterator(), false)
            .map(JsonNode::textValue)
            .toList();
    double[] scores =
        StreamSupport.stream(example.get("log_likelihoods").spliterator(), false)
            .mapToDouble(JsonNode::doubleValue)
            .toArray();
    JsonNode label = example.get("label");
    List<Integer> right =
        label.isArray()
            ? StreamSupport.stream(label.spliterator(), false).map(JsonNode::intValue).toList()
            : List.of(label.intValue());
    return context.question(5, choices, right, scores);
  }

  @Test
  void lossIsTheMeanOfTheRightChoices() {
    MetricValue loss = evaluate(five(), 512).metrics().get("loss");
    // 1, 3, 4, 4, 4: the mean 3.2, squares 4.84 + 0.04 + 3 * 0.64 = 6.8.
    assertThat(loss.value()).isCloseTo(3.2, within(1e-15));
    assertThat(loss.standardError()).isCloseTo(Math.sqrt(6.8 / 4 / 5), within(1e-15));
    assertThat(evaluate(five(), 512).predictions())
        .extracting(prediction -> prediction.metrics().get("loss"))
        .containsExactly(1.0, 3.0, 4.0, 4.0, 4.0);
  }

  @Test
  void whereThePromptsDifferTheirLengthsNormalise() {
    List<String> prompts = List.of("so Ann", "so Alexander");
    Questions context =
        new Questions().question(prompts, 3, List.of("left.", "left."), List.of(1), -9, -10);
    assertThat(evaluate(context, 64).metrics().get("acc").value()).isZero();
    assertThat(evaluate(context, 64).metrics().get("acc_norm").value()).isEqualTo(1);
  }

  @Test
  void theOptionSaysWhichMetricDecides() {
    MultipleChoiceOptions options = new MultipleChoiceOptions(64, Accuracy.ACC_NORM);
    assertThat(new MultipleChoiceEvaluator(options).evaluate(five()).deciding())
        .isEqualTo("acc_norm");
  }

  @Test
  void batchesHoldAsManyTokensAsTheyMayTheLongestFirst() {
    Questions context = five();
    evaluate(context, 92);
    // Prompts once and two choices of up to three tokens each: 2 * 40 + 4 * 3 = 92 of lengths.
    assertThat(context.batches()).containsExactly(List.of(43, 38), List.of(33, 23), List.of(13));
    assertThat(context.steps()).containsExactly("2/5", "4/5", "5/5");
    assertThat(context.openScopes()).isZero();
  }

  @Test
  void theFiguresDoNotDependOnTheBatches() {
    Evaluation whole = evaluate(five(), 4096);
    for (int tokens : new int[] {1, 60, 92, 150}) {
      assertThat(evaluate(five(), tokens)).isEqualTo(whole);
    }
  }

  @Test
  void endsAtOnceWhenCancelled() {
    Questions context = five();
    context.cancelAfter(1);
    assertThatThrownBy(() -> evaluate(context, 92)).isInstanceOf(CancelledException.class);
    assertThat(context.batches()).hasSize(1);
    assertThat(context.openScopes()).isZero();
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThatThrownBy(() -> evaluate(new Questions(), 92))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("no examples");
    assertThatThrownBy(() -> evaluate(five().question(4, CHOICES, 1, Double.NaN, -1), 92))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("example e5")
        .hasMessageContaining("diverged");
  }
}
