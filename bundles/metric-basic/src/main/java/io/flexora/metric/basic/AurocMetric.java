package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import java.util.List;

/**
 * The area under the ROC curve of the predicted choice's probability, with right answers as
 * positives (selective prediction).
 *
 * <p>It is one half where all answers are right or all wrong, as there is nothing to tell apart.
 * Examples have no numbers of it then: nobody knows how far it is from the true one.
 */
@Doc(
    "Measure how well the predicted choice's probability tells right answers from wrong ones, by"
        + " the area under the ROC curve: 1 is perfect, 0.5 is chance. It needs two choices at"
        + " least in every example; where their number differs, it also tells examples of few"
        + " choices from those of many, as the probability of a mere guess does.")
final class AurocMetric implements Metric {

  private static final MetricDescription AUROC =
      MetricDescription.score("auroc", Need.SCORES, Need.LABEL)
          .withSymbol("AUROC")
          .withRange(MetricDescription.Range.FRACTION)
          .asAggregate();

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(AUROC);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkAllChoices(task.examples(), found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    double[] right = confidences(scored, true);
    double[] wrong = confidences(scored, false);
    if (right.length == 0 || wrong.length == 0) {
      return List.of(new Metric.Result(new MetricValue(AUROC, 0.5, Double.NaN), List.of()));
    }
    Auroc auroc = new Auroc(right, wrong);
    double value = auroc.value();
    double[] numbers = new double[scored.size()];
    int seenRight = 0;
    for (int i = 0; i < numbers.length; i++) {
      double influence =
          scored.examples().get(i).isRight()
              ? (auroc.ofPositive(seenRight++) - value) / right.length
              : (auroc.ofNegative(i - seenRight) - value) / wrong.length;
      numbers[i] = value + numbers.length * influence;
    }
    return List.of(Metric.Result.of(new MetricValue(AUROC, value, auroc.standardError()), numbers));
  }

  private static double[] confidences(ScoredExamples scored, boolean right) {
    return scored.examples().stream()
        .filter(example -> example.isRight() == right)
        .mapToDouble(ScoredExample::confidence)
        .toArray();
  }
}
