package io.flexora.experiment.fit;

import io.flexora.api.data.Example;
import io.flexora.api.evaluate.Evaluation;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.head.Answer;
import io.flexora.api.input.Tokens;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.run.FlexoraException;
import java.util.List;

/** The check that an evaluation keeps the contract of evaluators. */
public final class EvaluationFit {

  /** What rounding may add to a value at the end of its range, such as a loss of 0. */
  private static final double ROUNDING = 1e-6;

  private EvaluationFit() {}

  /**
   * Checks an evaluation.
   *
   * @param evaluator the evaluator's name
   * @param examples what it was given
   * @return the evaluation
   * @throws FlexoraException if it has not one prediction of each example in their order, or a
   *     prediction does not fit its example, or a metric cannot have its value
   */
  public static Evaluation require(String evaluator, Evaluation evaluation, List<Tokens> examples) {
    String who = "evaluator '%s'".formatted(evaluator);
    if (evaluation == null) {
      throw new FlexoraException(who + " returned no evaluation");
    }
    List<String> asked = examples.stream().map(tokens -> tokens.example().id()).toList();
    List<String> told = evaluation.predictions().stream().map(Prediction::exampleId).toList();
    if (!told.equals(asked)) {
      throw new FlexoraException(
          "%s did not give one prediction of each of its %d examples, in their order; it gave %d"
              .formatted(who, asked.size(), told.size()));
    }
    for (int i = 0; i < examples.size(); i++) {
      require(who, examples.get(i).example(), evaluation.predictions().get(i));
    }
    evaluation.metrics().values().forEach(metric -> requirePossible(who, metric));
    return evaluation;
  }

  private static void require(String who, Example example, Prediction prediction) {
    if (!isFinite(prediction.answer())) {
      throw broken(
          who,
          example,
          "an answer that is no finite number; the training has diverged, or the adapter or the"
              + " model is damaged");
    }
    if (!prediction.isChoice()) {
      return;
    }
    int choices = example.choices().size();
    if (prediction.scores().size() != choices) {
      throw broken(
          who, example, "%d scores of %d choices".formatted(prediction.scores().size(), choices));
    }
    if (prediction.scores().stream().anyMatch(score -> score.isNaN())) {
      throw broken(who, example, "scores that are not numbers: " + prediction.scores());
    }
    if (prediction.predicted() < 0 || prediction.predicted() >= choices) {
      throw broken(
          who,
          example,
          "the prediction %d, which is none of its %d choices"
              .formatted(prediction.predicted(), choices));
    }
    if (!example.isRight(prediction.label())) {
      throw broken(
          who, example, "the label %d, which is no right choice".formatted(prediction.label()));
    }
  }

  /** Whether an answer is made of finite numbers; the scores of a choice may be infinite. */
  private static boolean isFinite(Answer answer) {
    if (answer instanceof Answer.Numeric number) {
      return Double.isFinite(number.value());
    }
    if (answer instanceof Answer.Labels labels) {
      return labels.scores().stream().allMatch(Double::isFinite);
    }
    return !(answer instanceof Answer.Vectors vectors)
        || vectors.texts().stream().flatMap(List::stream).allMatch(Double::isFinite);
  }

  private static FlexoraException broken(String who, Example example, String what) {
    return new FlexoraException("%s gave example '%s' %s".formatted(who, example.id(), what));
  }

  private static void requirePossible(String who, MetricValue metric) {
    double value = metric.value();
    MetricDescription.Range range = metric.description().range();
    double nearest = range.clip(value);
    // Not so where the value is not a number, which a metric may be.
    if (!range.contains(value)
        && Math.abs(value - nearest) > ROUNDING * Math.max(1, Math.abs(nearest))) {
      throw new FlexoraException(
          "%s measured %s = %s, but its values are from %s to %s"
              .formatted(who, metric.name(), value, range.low(), range.high()));
    }
    if (metric.standardError() < 0) {
      throw new FlexoraException(
          "%s measured %s with a standard error of %s; it cannot be negative"
              .formatted(who, metric.name(), metric.standardError()));
    }
  }
}
