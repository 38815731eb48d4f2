package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.run.Compatibility;
import io.flexora.testkit.fixture.AssignedQuestions;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LikelihoodMetricsTest {

  private static final List<String> CHOICES = List.of("yes", "no");

  private static Evaluation evaluate(AssignedQuestions context) {
    return Measured.of(context, Measured.ACC, Measured.ACC_NORM, Measured.ACC_BYTES, Measured.LOSS);
  }

  private static AssignedQuestions five() {
    return new AssignedQuestions()
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
    AssignedQuestions all = new AssignedQuestions();
    for (JsonNode example : examples) {
      add(all, example);
      Evaluation alone = evaluate(add(new AssignedQuestions(), example));
      assertThat(alone.metrics().get(metric).value())
          .as("%s of %s", metric, example)
          .isEqualTo(example.get(metric).doubleValue());
    }
    Evaluation whole = evaluate(all);
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
      Evaluation alone = evaluate(add(new AssignedQuestions(), example));
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
    AssignedQuestions all = new AssignedQuestions();
    reference.get("examples").forEach(example -> add(all, example));
    Map<String, MetricValue> measured =
        (classes.equals("2")
                ? Measured.of(all, Measured.MCC, Measured.F1)
                : Measured.of(all, Measured.MCC))
            .metrics();
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
        Measured.of(
                new AssignedQuestions()
                    .question(4, CHOICES, 0, -1, -2)
                    .question(4, CHOICES, 0, -1, -3),
                Measured.F1,
                Measured.MCC)
            .metrics();
    assertThat(measured.get("f1").value()).isZero();
    assertThat(measured.get("mcc").value()).isZero();
    assertThat(measured.get("mcc").standardError()).isZero();
  }

  @Test
  void lossIsThatOfTheLikeliestRightChoice() {
    AssignedQuestions context =
        new AssignedQuestions().question(4, List.of("a", "b", "c"), List.of(0, 2), -3, -1, -2);
    assertThat(evaluate(context).metrics().get("loss").value()).isEqualTo(2);
    assertThat(evaluate(context).predictions().get(0).label()).isEqualTo(2);
  }

  private static JsonNode reference() throws IOException {
    try (InputStream in = LikelihoodMetricsTest.class.getResourceAsStream("lm-eval-metrics.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static AssignedQuestions add(AssignedQuestions context, JsonNode example) {
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
    MetricValue loss = evaluate(five()).metrics().get("loss");
    // 1, 3, 4, 4, 4: the mean 3.2, squares 4.84 + 0.04 + 3 * 0.64 = 6.8.
    assertThat(loss.value()).isCloseTo(3.2, within(1e-15));
    assertThat(loss.standardError()).isCloseTo(Math.sqrt(6.8 / 4 / 5), within(1e-15));
    assertThat(evaluate(five()).predictions())
        .extracting(prediction -> prediction.metrics().get("loss"))
        .containsExactly(1.0, 3.0, 4.0, 4.0, 4.0);
  }

  @Test
  void whereThePromptsDifferTheirLengthsNormalise() {
    List<String> prompts = List.of("so Ann", "so Alexander");
    AssignedQuestions context =
        new AssignedQuestions()
            .question(prompts, 3, List.of("left.", "left."), List.of(1), -9, -10);
    assertThat(evaluate(context).metrics().get("acc").value()).isZero();
    assertThat(evaluate(context).metrics().get("acc_norm").value()).isEqualTo(1);
  }

  @Test
  void choicesThatDifferAreNoClasses() {
    AssignedQuestions differing = five().question(4, List.of("no", "yes"), 0, -1, -2);
    AssignedQuestions several = five().question(4, CHOICES, List.of(0, 1), -1, -2);
    for (Metric metric : List.of(Measured.F1, Measured.MCC, Measured.CLASSWISE_ECE)) {
      assertThat(Compatibility.of(metric::checkCompatibility, task(five())).first()).isEmpty();
      assertThat(Compatibility.of(metric::checkCompatibility, task(differing)).first())
          .get(STRING)
          .contains("e0 and e5 differ");
      assertThat(Compatibility.of(metric::checkCompatibility, task(several)).first())
          .get(STRING)
          .contains("e5 has several");
    }
    AssignedQuestions three =
        new AssignedQuestions().question(4, List.of("a", "b", "c"), 0, -1, -2, -3);
    assertThat(Compatibility.of(Measured.F1::checkCompatibility, task(three)).first())
        .get(STRING)
        .contains("there are 3");
    assertThat(Compatibility.of(Measured.MCC::checkCompatibility, task(three)).first()).isEmpty();
    assertThat(Compatibility.of(Measured.CLASSWISE_ECE::checkCompatibility, task(three)).first())
        .isEmpty();
    AssignedQuestions one = new AssignedQuestions().answer(2, -1);
    assertThat(Compatibility.of(Measured.CLASSWISE_ECE::checkCompatibility, task(one)).first())
        .get(STRING)
        .contains("one alone");
    assertThat(Compatibility.of(Measured.MACRO_F1::checkCompatibility, task(differing)).first())
        .get(STRING)
        .contains("e0 and e5 differ");
    assertThat(Compatibility.of(Measured.MACRO_F1::checkCompatibility, task(several)).first())
        .isEmpty();
  }

  private static EvaluatedTask task(AssignedQuestions context) {
    return new EvaluatedTask(
        context.examples().stream().map(Tokens::example).toList(), Head.NONE, false);
  }
}
