package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.testkit.fixture.AssignedQuestions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationMetricsTest {

  private static final List<String> FOUR = List.of("a", "b", "c", "d");

  private static Evaluation evaluate(AssignedQuestions context) {
    return Measured.of(
        context,
        Measured.ECE,
        Measured.ADAPTIVE_ECE,
        Measured.BRIER,
        Measured.NLL,
        Measured.ACCURACY);
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
      context.question(1, FOUR, reference.get("labels").get(i).intValue(), scores);
    }
    Evaluation evaluation = evaluate(context);
    JsonNode expected = reference.get(figures);
    assertThat(evaluation.metrics().get("ece").value())
        .isCloseTo(expected.get("ece").doubleValue(), within(1e-9));
    assertThat(evaluation.metrics().get("brier").value())
        .isCloseTo(expected.get("brier").doubleValue(), within(1e-9));
    assertThat(evaluation.metrics().get("accuracy").value())
        .isCloseTo(expected.get("accuracy").doubleValue(), within(1e-9));
    assertThat(evaluation.metrics().get("nll").value())
        .isCloseTo(expected.get("nll").doubleValue(), within(1e-9));
  }

  /** Scores are log-likelihoods of texts: a constant for all choices changes no probability. */
  @Test
  void probabilitiesAreThoseAmongTheChoices() {
    AssignedQuestions one = new AssignedQuestions().question(1, FOUR, 0, -1, -2, -3, -4);
    AssignedQuestions other =
        new AssignedQuestions().question(1, FOUR, 0, -2001, -2002, -2003, -2004);
    for (String metric : List.of("ece", "ece_debiased", "adaptive_ece", "brier", "nll")) {
      assertThat(evaluate(other).metrics().get(metric).value())
          .isCloseTo(evaluate(one).metrics().get(metric).value(), within(1e-12));
    }
  }

  @Test
  void equalProbabilitiesHaveABrierScoreOfOneLessTheirProbability() {
    AssignedQuestions context = new AssignedQuestions().question(1, FOUR, 2, -7, -7, -7, -7);
    assertThat(evaluate(context).metrics().get("brier").value()).isCloseTo(0.75, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7})
  void equalProbabilitiesHaveTheLogarithmOfTheirNumber(int choices) {
    double[] scores = new double[choices];
    Arrays.fill(scores, -7);
    AssignedQuestions context =
        new AssignedQuestions()
            .question(1, Collections.nCopies(choices, "x"), 0, scores)
            .question(1, Collections.nCopies(choices, "x"), choices - 1, scores);
    assertThat(evaluate(context).metrics().get("nll").value())
        .isCloseTo(Math.log(choices), within(1e-14));
  }

  @Test
  void aSureModelThatIsRightEverySecondTimeIsHalfOff() {
    AssignedQuestions context =
        new AssignedQuestions()
            .question(1, List.of("a", "b"), 0, 0, -1000)
            .question(1, List.of("a", "b"), 1, 0, -1000);
    assertThat(evaluate(context).metrics().get("ece").value()).isEqualTo(0.5);
    assertThat(evaluate(context).metrics().get("brier").value()).isEqualTo(1);
    Evaluation further =
        Measured.of(context, Measured.MCE, Measured.ECE_P_VALUE, Measured.CLASSWISE_ECE);
    assertThat(further.metrics().get("mce").value()).isEqualTo(0.5);
    assertThat(further.metrics().get("classwise_ece").value()).isEqualTo(0.5);
    // A true certainty is never wrong, in none of 1,999 draws.
    assertThat(further.metrics().get("ece_p_value").value()).isEqualTo(1 / 2000.0);
  }

  @Test
  void thePValueOfATestDecidesNothing() {
    AssignedQuestions context = new AssignedQuestions().text(1, 0, 0.75, 0.25);
    assertThatThrownBy(() -> Measured.of(context, Measured.ECE_P_VALUE, Measured.ECE))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the deciding metric, 'ece_p_value', does not say");
    assertThat(Measured.of(context, Measured.ECE, Measured.ECE_P_VALUE).deciding())
        .isEqualTo("ece");
  }

  /** Gaps of 25 % and of 5 % in the two bins that have examples. */
  @Test
  void theMaximumIsTheLargestGapOfABin() {
    AssignedQuestions context = new AssignedQuestions();
    for (int i = 0; i < 10; i++) {
      context.text(1, i % 2, 0.75, 0.25);
    }
    for (int i = 0; i < 20; i++) {
      context.text(1, 0, 0.95, 0.05);
    }
    Evaluation evaluation = Measured.of(context, Measured.MCE, Measured.ECE);
    MetricValue mce = evaluation.metrics().get("mce");
    MetricValue ece = evaluation.metrics().get("ece");
    assertThat(mce.value()).isCloseTo(0.25, within(1e-12));
    assertThat(ece.value()).isCloseTo((10 * 0.25 + 20 * 0.05) / 30, within(1e-12));
    assertThat(mce.diagram()).isPresent().isEqualTo(ece.diagram());
    // Around a value with such a bias there is no interval.
    assertThat(mce.interval()).isEmpty();
    assertThat(mce.standardError()).isNaN();
  }

  /**
   * In two bins, up to one half and above: the gaps of the first class add up to 0.7 and -0.2, of
   * the second to 0.4 and 0.3, of the third to -0.5 and -0.7. Those of the predicted choices are
   * all in the upper one, where they add up to -0.6.
   */
  @Test
  void theErrorOfEachClassCounts() {
    AssignedQuestions context =
        new AssignedQuestions()
            .text(1, 0, 0.6, 0.3, 0.1)
            .text(1, 1, 0.6, 0.1, 0.3)
            .text(1, 1, 0.2, 0.7, 0.1)
            .text(1, 0, 0.1, 0.2, 0.7);
    Evaluation evaluation = Measured.of(context, Measured.CLASSWISE_ECE);
    assertThat(evaluation.metrics().get("classwise_ece").value())
        .isCloseTo((0.9 + 0.7 + 1.2) / 4 / 3, within(1e-12));
    assertThat(
            ece(
                context,
                new CalibrationError.OfEqualWidth(
                    new EceOptions(2, EceOptions.Edge.UPPER), new Seeds(1))))
        .isCloseTo(0.6 / 4, within(1e-12));
  }

  /** Kolmogorov's distance of 200 uniform numbers from their distribution is 0.15 once in 4,000. */
  @Test
  void theNullTestsPValueIsUniformWhereAModelIsCalibrated() {
    SplittableRandom random = new SplittableRandom(31);
    double[] values = new double[200];
    Arrays.setAll(values, i -> pValue(drawn(100, 0, random)));
    Arrays.sort(values);
    double distance = 0;
    for (int i = 0; i < values.length; i++) {
      double below = (double) i / values.length;
      double upTo = (i + 1.0) / values.length;
      distance = Math.max(distance, Math.max(values[i] - below, upTo - values[i]));
    }
    assertThat(distance).isLessThan(0.15);
  }

  @Test
  void theNullTestRefusesAModelThatIsTooSure() {
    assertThat(pValue(drawn(299, 0.15, new SplittableRandom(32)))).isEqualTo(1 / 2000.0);
  }

  private static double pValue(List<ScoredExample> examples) {
    return Measured.ECE_P_VALUE.compute(new ScoredExamples(examples)).get(0).value().value();
  }

  /** Answers to questions of four choices by a model whose confidence is too high by so much. */
  private static List<ScoredExample> drawn(int size, double tooHigh, SplittableRandom random) {
    return IntStream.range(0, size)
        .mapToObj(
            i -> {
              double confidence = 0.45 + 0.5 * random.nextDouble();
              double rest = (1 - confidence) / 3;
              boolean right = random.nextDouble() < confidence - tooHigh;
              return Measured.example(right ? 0 : 1, confidence, rest, rest, rest);
            })
        .toList();
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

  /** As torchmetrics 1.9: a bin holds its lower end, and a probability of 1 has one of its own. */
  @Test
  void aBinMayHoldItsLowerEnd() {
    Metric lower =
        new CalibrationError.OfEqualWidth(new EceOptions(2, EceOptions.Edge.LOWER), new Seeds(1));
    Metric upper =
        new CalibrationError.OfEqualWidth(new EceOptions(2, EceOptions.Edge.UPPER), new Seeds(1));
    // A wrong answer at the edge of one half, a right one above it: together, or apart.
    AssignedQuestions edge =
        new AssignedQuestions().text(1, 2, 0.5, 0.25, 0.25).text(1, 0, 0.75, 0.125, 0.125);
    assertThat(ece(edge, lower)).isCloseTo(Math.abs(-0.5 + 0.25) / 2, within(1e-12));
    assertThat(ece(edge, upper)).isCloseTo((0.5 + 0.25) / 2, within(1e-12));
    AssignedQuestions sure = new AssignedQuestions().text(1, 1, 1, 0).text(1, 0, 0.75, 0.25);
    assertThat(ece(sure, lower)).isCloseTo((1 + 0.25) / 2, within(1e-12));
    assertThat(ece(sure, upper)).isCloseTo((1 - 0.25) / 2, within(1e-12));
  }

  private static double ece(AssignedQuestions context, Metric metric) {
    return Measured.of(context, metric).metrics().get("ece").value();
  }

  /**
   * A model that is calibrated, and one whose confidence is too high by a known amount, of 299
   * examples with four choices: how far the plain value is biased, how much of that the debiased
   * one removes, and that the standard error is the spread over samples.
   */
  @ParameterizedTest
  @CsvSource({"0, 0.04, 0.07, 0.65, 36", "0.15, 0.14, 0.17, 0.3, 52"})
  void theDebiasedErrorIsCloserToTheTruth(
      double truth, double least, double most, double biasLeft, int leastCovered) {
    SplittableRandom random = new SplittableRandom(8);
    int samples = 60;
    double[] plain = new double[samples];
    double[] corrected = new double[samples];
    double mean = 0;
    double debiased = 0;
    double errors = 0;
    double correctedErrors = 0;
    int covered = 0;
    for (int sample = 0; sample < samples; sample++) {
      AssignedQuestions context = new AssignedQuestions();
      for (int i = 0; i < 299; i++) {
        double confidence = 0.45 + 0.5 * random.nextDouble();
        double rest = (1 - confidence) / 3;
        boolean right = random.nextDouble() < confidence - truth;
        context.text(1, right ? 0 : 1 + random.nextInt(3), confidence, rest, rest, rest);
      }
      Evaluation evaluation = Measured.of(context, Measured.ECE);
      MetricValue ece = evaluation.metrics().get("ece");
      plain[sample] = ece.value();
      mean += ece.value() / samples;
      MetricValue other = evaluation.metrics().get("ece_debiased");
      corrected[sample] = other.value();
      debiased += other.value() / samples;
      errors += ece.standardError() / samples;
      correctedErrors += other.standardError() / samples;
      MetricValue.ConfidenceInterval interval = ece.interval().orElseThrow();
      assertThat((interval.low() + interval.high()) / 2)
          .isGreaterThanOrEqualTo(Math.max(0, other.value()) - 1e-12);
      covered += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
    }
    assertThat(mean).isBetween(least, most);
    assertThat(Math.abs(debiased - truth)).isLessThan(biasLeft * Math.abs(mean - truth) + 0.003);
    assertThat(errors).isBetween(0.8 * deviation(plain), 1.7 * deviation(plain));
    assertThat(correctedErrors)
        .isBetween(0.8 * deviation(corrected), 1.4 * deviation(corrected))
        .isGreaterThan(errors);
    assertThat(covered)
        .as("intervals that hold the truth, of %d", samples)
        .isGreaterThanOrEqualTo(leastCovered);
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  /**
   * The means of the plain and of the debiased value over simulated sets of answers, whose
   * confidence is too high by a known amount, are those of the specification.
   */
  @ParameterizedTest
  @CsvSource({"0, 299, 60, 0.053, 0.031", "0.05, 570, 40, 0.063, 0.051"})
  void hasTheBiasThatWasSimulated(
      double truth, int size, int samples, double expectedPlain, double expectedDebiased) {
    SplittableRandom random = new SplittableRandom(12);
    double plain = 0;
    double debiased = 0;
    for (int sample = 0; sample < samples; sample++) {
      AssignedQuestions context = new AssignedQuestions();
      for (int i = 0; i < size; i++) {
        double[] scores = new double[FOUR.size()];
        int best = 0;
        for (int choice = 0; choice < scores.length; choice++) {
          scores[choice] = 10 * random.nextDouble();
          best = scores[choice] > scores[best] ? choice : best;
        }
        double highest = scores[best];
        double confidence = 1 / Arrays.stream(scores).map(s -> Math.exp(s - highest)).sum();
        boolean right = random.nextDouble() < confidence - truth;
        context.question(1, FOUR, right ? best : (best + 1) % FOUR.size(), scores);
      }
      Evaluation evaluation = Measured.of(context, Measured.ECE);
      plain += evaluation.metrics().get("ece").value() / samples;
      debiased += evaluation.metrics().get("ece_debiased").value() / samples;
    }
    assertThat(plain).isCloseTo(expectedPlain, within(0.005));
    assertThat(debiased).isCloseTo(expectedDebiased, within(0.005));
    assertThat(Math.abs(debiased - truth)).isLessThan(Math.abs(plain - truth));
  }

  /** Far from calibration the gaps of all bins are many standard errors, and no bias is left. */
  @Test
  void theDebiasedErrorOfAGrosslyWrongModelIsThePlainOne() {
    AssignedQuestions context = new AssignedQuestions();
    for (int i = 0; i < 400; i++) {
      context.text(1, i % 8 == 0 ? 0 : 1, 0.9, 0.1);
    }
    Evaluation evaluation = evaluate(context);
    double ece = evaluation.metrics().get("ece").value();
    assertThat(ece).isCloseTo(0.9 - 0.125, within(1e-12));
    assertThat(evaluation.metrics().get("ece_debiased").value()).isCloseTo(ece, within(1e-12));
  }

  @Test
  void adaptiveBinsHaveEqualNumbersAndKeepEqualsTogether() {
    AssignedQuestions pairs = new AssignedQuestions();
    double expected = 0;
    for (int i = 0; i < 30; i++) {
      double confidence = 0.6 + 0.01 * i;
      boolean right = i % 4 < 2;
      pairs.text(1, right ? 0 : 1, confidence, 1 - confidence);
      if (i % 2 == 1) {
        double sum = 2 * confidence - 0.01;
        expected += Math.abs((right ? 2 : 0) - sum) / 30;
      }
    }
    assertThat(evaluate(pairs).metrics().get("adaptive_ece").value())
        .isCloseTo(expected, within(1e-12));

    AssignedQuestions equals = new AssignedQuestions();
    for (int i = 0; i < 30; i++) {
      equals.text(1, i % 2, 0.75, 0.25);
    }
    assertThat(evaluate(equals).metrics().get("adaptive_ece").value())
        .isCloseTo(0.25, within(1e-12));
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
