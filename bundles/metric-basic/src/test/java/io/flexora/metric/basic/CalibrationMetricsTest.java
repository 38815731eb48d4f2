package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.testkit.fixture.AssignedQuestions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationMetricsTest {

  private static final List<String> FOUR = List.of("a", "b", "c", "d");

  private static Evaluation evaluate(AssignedQuestions context) {
    return Measured.of(context, Measured.ECE, Measured.BRIER, Measured.ACCURACY, Measured.LOSS);
  }

  /** Two hundred rows of scores, as they are and divided by a temperature. */
  @ParameterizedTest
  @CsvSource({"before, false", "after, true"})
  void agreesWithTheReference(String figures, boolean cooled) throws IOException {
    JsonNode reference;
    try (InputStream in = CalibrationMetricsTest.class.getResourceAsStream("calibration.json")) {
      reference = new ObjectMapper().readTree(in);
    }
    double temperature = cooled ? reference.get("temperature").doubleValue() : 1;
    AssignedQuestions context = new AssignedQuestions();
    for (int i = 0; i < reference.get("labels").size(); i++) {
      double[] scores = new double[FOUR.size()];
      for (int choice = 0; choice < scores.length; choice++) {
        scores[choice] = reference.get("scores").get(i).get(choice).doubleValue() / temperature;
      }
      double norm = Math.log(Arrays.stream(scores).map(Math::exp).sum());
      context.question(
          1,
          FOUR,
          reference.get("labels").get(i).intValue(),
          Arrays.stream(scores).map(score -> score - norm).toArray());
    }
    Evaluation evaluation = evaluate(context);
    JsonNode expected = reference.get(figures);
    assertThat(evaluation.metrics().get("ece").value())
        .isCloseTo(expected.get("ece").doubleValue(), within(1e-9));
    assertThat(evaluation.metrics().get("brier").value())
        .isCloseTo(expected.get("brier").doubleValue(), within(1e-9));
    assertThat(evaluation.metrics().get("accuracy").value())
        .isCloseTo(expected.get("accuracy").doubleValue(), within(1e-9));
    assertThat(evaluation.metrics().get("loss").value())
        .isCloseTo(expected.get("nll").doubleValue(), within(1e-9));
  }

  /** Scores are log-likelihoods of texts: a constant for all choices changes no probability. */
  @Test
  void probabilitiesAreThoseAmongTheChoices() {
    AssignedQuestions one = new AssignedQuestions().question(1, FOUR, 0, -1, -2, -3, -4);
    AssignedQuestions other =
        new AssignedQuestions().question(1, FOUR, 0, -2001, -2002, -2003, -2004);
    for (String metric : List.of("ece", "brier")) {
      assertThat(evaluate(other).metrics().get(metric).value())
          .isCloseTo(evaluate(one).metrics().get(metric).value(), within(1e-12));
    }
  }

  @Test
  void equalProbabilitiesHaveABrierScoreOfOneLessTheirProbability() {
    AssignedQuestions context = new AssignedQuestions().question(1, FOUR, 2, -7, -7, -7, -7);
    assertThat(evaluate(context).metrics().get("brier").value()).isCloseTo(0.75, within(1e-15));
  }

  @Test
  void aSureModelThatIsRightEverySecondTimeIsHalfOff() {
    AssignedQuestions context =
        new AssignedQuestions()
            .question(1, List.of("a", "b"), 0, 0, -1000)
            .question(1, List.of("a", "b"), 1, 0, -1000);
    assertThat(evaluate(context).metrics().get("ece").value()).isEqualTo(0.5);
    assertThat(evaluate(context).metrics().get("brier").value()).isEqualTo(1);
  }

  /** Alone in its bin the gaps add up; in one bin with its opposite they cancel. */
  @ParameterizedTest
  @ValueSource(ints = {8, 9, 11, 14, 15})
  void aBinHoldsItsUpperEnd(int end) {
    double confidence = end / 15.0;
    // A wrong answer just above the end, and right ones at the end and just below.
    AssignedQuestions context =
        new AssignedQuestions()
            .text(1, 0, confidence, 1 - confidence)
            .text(1, 1, confidence - 1e-6, 1 - confidence + 1e-6);
    double same = Math.abs((1 - confidence) - (confidence - 1e-6)) / 2;
    assertThat(evaluate(context).metrics().get("ece").value()).isCloseTo(same, within(1e-9));
    if (end < 15) {
      AssignedQuestions above =
          new AssignedQuestions()
              .text(1, 0, confidence - 1e-6, 1 - confidence + 1e-6)
              .text(1, 1, confidence + 1e-6, 1 - confidence - 1e-6);
      assertThat(evaluate(above).metrics().get("ece").value())
          .isCloseTo((1 - confidence + 1e-6 + confidence + 1e-6) / 2, within(1e-9));
    }
  }

  /**
   * A calibrated model of 299 examples with four choices has about five per cent: the bias that the
   * bins bring. Its spread over samples is what the standard error tells.
   */
  @Test
  void theErrorOfACalibratedModelIsItsBias() {
    SplittableRandom random = new SplittableRandom(8);
    int samples = 60;
    double mean = 0;
    double squares = 0;
    double errors = 0;
    for (int sample = 0; sample < samples; sample++) {
      AssignedQuestions context = new AssignedQuestions();
      for (int i = 0; i < 299; i++) {
        double[] weights = random.doubles(4, 0, 1).map(u -> Math.pow(u, 3) + 0.01).toArray();
        double sum = Arrays.stream(weights).sum();
        double[] probabilities = Arrays.stream(weights).map(w -> w / sum).toArray();
        context.text(1, drawn(probabilities, random.nextDouble()), probabilities);
      }
      MetricValue ece = Measured.of(context, Measured.ECE).metrics().get("ece");
      mean += ece.value() / samples;
      squares += ece.value() * ece.value() / samples;
      errors += ece.standardError() / samples;
    }
    assertThat(mean).isBetween(0.04, 0.08);
    double deviation = Math.sqrt(squares - mean * mean);
    assertThat(errors).isBetween(0.8 * deviation, 1.7 * deviation);
  }

  private static int drawn(double[] probabilities, double u) {
    double sum = 0;
    for (int choice = 0; choice < probabilities.length; choice++) {
      sum += probabilities[choice];
      if (u < sum) {
        return choice;
      }
    }
    return probabilities.length - 1;
  }

  @Test
  void theNumberOfChoicesMayDiffer() {
    AssignedQuestions context =
        new AssignedQuestions()
            .question(1, FOUR, 0, Math.log(0.4), Math.log(0.2), Math.log(0.2), Math.log(0.2))
            .question(1, Collections.nCopies(2, "x"), 0, Math.log(0.9), Math.log(0.1));
    assertThat(evaluate(context).metrics().get("ece").value())
        .isCloseTo((0.6 + 0.1) / 2, within(1e-12));
    assertThat(evaluate(context).metrics().get("brier").value())
        .isCloseTo((0.36 + 3 * 0.04 + 0.02) / 2, within(1e-12));
  }
}
