package io.flexora.metric.basic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.head.Head;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.metric.basic.OodAurocOptions.Certainty;
import io.flexora.testkit.fixture.AssignedQuestions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AurocMetricsTest {

  /** Of N(1, 1) against N(0, 1) it is the normal distribution's share below the root of 1/2. */
  private static final double OF_NORMALS = 0.7602499389065233;

  private static final int NORMALS = 4000;

  private static Metric.Result ofRight(List<ScoredExample> examples) {
    return Measured.AUROC.compute(new ScoredExamples(examples)).get(0);
  }

  private static MetricValue outOf(
      Certainty score, List<ScoredExample> own, List<ScoredExample> further) {
    return new OodAurocMetric(new OodAurocOptions(score))
        .compute(new ScoredExamples(further, own))
        .get(0)
        .value();
  }

  /** Examples of two choices, of whose first the model is the surer the higher a normal number. */
  private static List<ScoredExample> normals(int label, double mean, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, NORMALS)
        .mapToObj(
            i -> {
              double confidence = 0.5 + 0.5 / (1 + Math.exp(-mean - random.nextGaussian()));
              return Measured.example(label, confidence, 1 - confidence);
            })
        .toList();
  }

  @Test
  void ofTwoNormalDistributionsItIsWhatTheirDistanceSays() {
    List<ScoredExample> right = normals(0, 1, 3);
    List<ScoredExample> wrong = normals(1, 0, 4);
    List<ScoredExample> all = new ArrayList<>(right);
    all.addAll(wrong);
    requireOfNormals(ofRight(all).value());
    for (Certainty score : Certainty.values()) {
      requireOfNormals(outOf(score, right, wrong));
    }
  }

  private static void requireOfNormals(MetricValue value) {
    assertThat(value.standardError()).isBetween(0.0045, 0.006);
    assertThat(value.value()).isCloseTo(OF_NORMALS, within(4 * value.standardError()));
  }

  /**
   * Right answers at 0.9, 0.8 and 0.6, wrong ones at 0.7 and 0.6: the right ones are above 2, 2 and
   * one half of the wrong ones. The shares of DeLong have the variances 3/16 and 1/72.
   */
  @Test
  void aTieCountsHalf() {
    Metric.Result result =
        ofRight(
            List.of(
                Measured.example(0, 0.9, 0.1),
                Measured.example(1, 0.7, 0.3),
                Measured.example(0, 0.8, 0.2),
                Measured.example(0, 0.6, 0.4),
                Measured.example(1, 0.6, 0.4)));
    assertThat(result.value().value()).isCloseTo(0.75, within(1e-15));
    assertThat(result.value().standardError())
        .isCloseTo(Math.sqrt(3 / 16.0 / 3 + 1 / 72.0 / 2), within(1e-15));
    List<Double> numbers = result.examples();
    assertThat(numbers.get(0)).isCloseTo(0.75 + 5 * (1 - 0.75) / 3, within(1e-14));
    assertThat(numbers.get(1)).isCloseTo(0.75 + 5 * (2 / 3.0 - 0.75) / 2, within(1e-14));
    assertThat(numbers.get(2)).isEqualTo(numbers.get(0));
    assertThat(numbers.get(3)).isCloseTo(0.75 + 5 * (0.5 / 2 - 0.75) / 3, within(1e-14));
    assertThat(numbers.get(4)).isCloseTo(0.75 + 5 * (2.5 / 3 - 0.75) / 2, within(1e-14));
  }

  /** One half is no value that was seen, so no example tells of it, and nothing is tested. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whereAllAreRightOrAllWrongNothingIsToldApart(int label) {
    Metric.Result result =
        ofRight(List.of(Measured.example(label, 0.9, 0.1), Measured.example(label, 0.7, 0.3)));
    assertThat(result.value().value()).isEqualTo(0.5);
    assertThat(result.value().standardError()).isNaN();
    assertThat(result.examples()).isEmpty();
  }

  /** A single choice is right whatever the model knows, with a probability of 1. */
  @Test
  void everyExampleHasToHaveAChoice() {
    EvaluatedTask mixed = new EvaluatedTask(examples(2, 1, 3), Head.NONE, false);
    assertThat(Compatibility.of(Measured.AUROC::checkCompatibility, mixed).first())
        .get(STRING)
        .contains("e1 has one alone");
    EvaluatedTask differing = new EvaluatedTask(examples(2, 3), Head.NONE, false);
    assertThat(Compatibility.of(Measured.AUROC::checkCompatibility, differing).first()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void theOwnExamplesHaveToHaveAChoiceToo(Certainty score) {
    OodAurocMetric metric = new OodAurocMetric(new OodAurocOptions(score));
    EvaluatedTask further = new EvaluatedTask(examples(4, 4), Head.NONE, false);
    assertThat(
            Compatibility.of(metric::checkCompatibility, further.withReference(examples(4, 4, 4)))
                .first())
        .isEmpty();
    assertThat(
            Compatibility.of(metric::checkCompatibility, further.withReference(examples(4, 4, 1)))
                .first())
        .get(STRING)
        .contains("e2 has one alone");
    EvaluatedTask answers = new EvaluatedTask(examples(4, 1), Head.NONE, false);
    assertThat(
            Compatibility.of(metric::checkCompatibility, answers.withReference(examples(4, 4)))
                .first())
        .get(STRING)
        .contains("e1 has one alone");
  }

  @Test
  void theConfidenceNeedsAsManyChoicesInBoth() {
    EvaluatedTask further = new EvaluatedTask(examples(4, 4), Head.NONE, false);
    EvaluatedTask beside = further.withReference(examples(4, 4, 2));
    assertThat(
            Compatibility.of(
                    new OodAurocMetric(new OodAurocOptions(Certainty.CONFIDENCE))
                        ::checkCompatibility,
                    beside)
                .first())
        .get(STRING)
        .contains("e0 has 4 and e2 has 2")
        .contains("take 'score: entropy'");
    assertThat(
            Compatibility.of(
                    new OodAurocMetric(new OodAurocOptions(Certainty.ENTROPY))::checkCompatibility,
                    beside)
                .first())
        .isEmpty();
  }

  /** Examples with so many choices. */
  private static List<Example> examples(int... choices) {
    return IntStream.range(0, choices.length)
        .mapToObj(i -> new Example("e" + i, "q", Collections.nCopies(choices[i], "a"), 0))
        .toList();
  }

  /** It orders, so of two choices a temperature changes nothing. */
  @Test
  void aTemperatureOfTwoChoicesChangesNothing() {
    SplittableRandom random = new SplittableRandom(5);
    AssignedQuestions warm = new AssignedQuestions();
    AssignedQuestions cold = new AssignedQuestions();
    for (int i = 0; i < 50; i++) {
      double margin = 3 * random.nextDouble();
      int label = random.nextDouble() < 0.7 ? 0 : 1;
      warm.question(1, List.of("a", "b"), label, margin, 0);
      cold.question(1, List.of("a", "b"), label, margin * 4, 0);
    }
    ToDoubleFunction<AssignedQuestions> auroc =
        of -> Measured.of(of, Measured.AUROC).metrics().get("auroc").value();
    assertThat(auroc.applyAsDouble(cold)).isEqualTo(auroc.applyAsDouble(warm)).isNotEqualTo(0.5);
  }

  @ParameterizedTest
  @EnumSource
  void theOwnExamplesAreToldFromThoseTheModelIsLessSureOf(Certainty score) {
    List<ScoredExample> sure =
        List.of(Measured.example(0, 0.9, 0.1), Measured.example(1, 0.2, 0.8));
    List<ScoredExample> unsure =
        List.of(Measured.example(1, 0.6, 0.4), Measured.example(1, 0.5, 0.5));
    assertThat(outOf(score, sure, unsure).value()).isEqualTo(1);
    assertThat(outOf(score, unsure, sure).value()).isZero();
    assertThat(outOf(score, sure, sure).value()).isEqualTo(0.5);
  }

  /** Knowing nothing is the same of four choices and of two, but its probability is not. */
  @Test
  void theEntropyIsThatOfTheNumberOfChoices() {
    List<ScoredExample> ofFour = List.of(Measured.example(0, 0.25, 0.25, 0.25, 0.25));
    List<ScoredExample> ofTwo = List.of(Measured.example(0, 0.5, 0.5));
    assertThat(outOf(Certainty.ENTROPY, ofFour, ofTwo).value()).isEqualTo(0.5);
    assertThat(outOf(Certainty.CONFIDENCE, ofFour, ofTwo).value()).isZero();
    List<ScoredExample> known = List.of(Measured.example(0, 1, 0, 0), Measured.example(0, 1, 0));
    assertThat(outOf(Certainty.ENTROPY, known, known).value()).isEqualTo(0.5);
    assertThat(outOf(Certainty.ENTROPY, known, ofTwo).value()).isEqualTo(1);
  }

  @Test
  void anEvaluatorMeasuresAFurtherTestSetBesideTheOwnExamples() {
    OodAurocMetric metric = new OodAurocMetric(new OodAurocOptions(Certainty.ENTROPY));
    AssignedQuestions context = new AssignedQuestions().text(1, 0, 0.6, 0.4).text(1, 1, 0.9, 0.1);
    assertThatThrownBy(() -> Measured.of(context, metric))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("metric 'ood_auroc' is given nothing")
        .hasMessageContaining("the evaluator has to pass on the 'reference'");
    ScoredExamples alone = new ScoredExamples(List.of(Measured.example(0, 0.6, 0.4)));
    assertThatThrownBy(() -> metric.compute(alone))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("the evaluator");
    context.besideOwn(List.of(Measured.example(0, 0.3, 0.7), Measured.example(0, 0.8, 0.2)));
    Evaluation evaluation = Measured.of(context, metric);
    // Both are surer than the first and less sure than the second.
    assertThat(evaluation.metrics().get("ood_auroc").value()).isEqualTo(0.5);
    context.besideOwn(List.of(Measured.example(0, 0.3, 0.7), Measured.example(0, 0.95, 0.05)));
    assertThat(Measured.of(context, metric).metrics().get("ood_auroc").value()).isEqualTo(0.75);
    assertThat(evaluation.predictions()).allMatch(prediction -> prediction.metrics().isEmpty());
  }
}
