package io.flexora.experiment.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Answer;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationFitTest {

  private static final List<String> CHOICES = List.of("a", "b");
  private static final List<Double> SCORES = List.of(-2.0, -1.0);
  private static final Prediction FIRST = new Prediction("x:1", 0, 1, SCORES);
  private static final Prediction SECOND = new Prediction("x:2", 1, 1, SCORES);

  private final List<Tokens> examples =
      List.of(
          tokens(new Example("x:1", "q", CHOICES, 0)),
          tokens(new Example("x:2", List.of("q"), "", CHOICES, 0, List.of(1), List.of())));

  private static Tokens tokens(Example example) {
    return new Tokens(example, new int[] {1}, List.of(), 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, 1 + 1e-9, Double.NaN})
  void takesWhatFits(double value) {
    Evaluation fits = evaluation(value, Double.NaN, FIRST, SECOND);
    assertThat(EvaluationFit.require("e", fits, examples)).isSameAs(fits);
  }

  @Test
  void refusesOtherPredictionsThanOneOfEachExampleInOrder() {
    refuses(evaluation(FIRST), "one prediction of each of its 2 examples, in their order");
    refuses(evaluation(SECOND, FIRST), "in their order; it gave 2");
    refuses(null, "evaluator 'e' returned no evaluation");
  }

  @Test
  void refusesAPredictionThatDoesNotFitItsExample() {
    refuses(
        evaluation(FIRST, new Prediction("x:2", 0, 0, List.of(-1.0))),
        "evaluator 'e' gave example 'x:2' 1 scores of 2 choices");
    refuses(
        evaluation(FIRST, new Prediction("x:2", 0, 0, List.of(-1.0, Double.NaN))),
        "scores that are not numbers");
    refuses(
        evaluation(FIRST, new Prediction("x:2", 0, 2, SCORES)),
        "the prediction 2, which is none of its 2 choices");
    refuses(
        evaluation(new Prediction("x:1", 1, 1, SCORES), SECOND),
        "gave example 'x:1' the label 1, which is no right choice");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void refusesAnswersThatAreNoFiniteNumbers(double value) {
    for (Answer answer :
        List.of(
            new Answer.Numeric(value, OptionalDouble.of(1)),
            new Answer.Labels(List.of(0.5, value), List.of(), List.of(0)),
            new Answer.Vectors(List.of(List.of(1.0, value))))) {
      refuses(
          evaluation(FIRST, new Prediction("x:2", answer)),
          "gave example 'x:2' an answer that is no finite number");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {41.7, -0.01, 1.001, Double.POSITIVE_INFINITY})
  void refusesAValueOutsideItsRange(double value) {
    refuses(
        evaluation(value, 0.1, FIRST, SECOND),
        "evaluator 'e' measured acc = " + value + ", but its values are from 0.0 to 1.0");
  }

  @Test
  void refusesANegativeError() {
    refuses(evaluation(0.5, -0.1, FIRST, SECOND), "a standard error of -0.1");
  }

  private void refuses(Evaluation evaluation, String why) {
    assertThatThrownBy(() -> EvaluationFit.require("e", evaluation, examples))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(why);
  }

  private static Evaluation evaluation(Prediction... predictions) {
    return evaluation(0.5, 0.1, predictions);
  }

  private static Evaluation evaluation(double value, double error, Prediction... predictions) {
    MetricValue acc = new MetricValue(MetricDescription.fraction("acc"), value, error);
    return new Evaluation(Map.of("acc", acc), "acc", List.of(predictions));
  }
}
