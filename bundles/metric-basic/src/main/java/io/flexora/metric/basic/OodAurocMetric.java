package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.metric.MetricRange;
import io.flexora.api.plugin.Doc;
import io.flexora.metric.basic.OodAurocOptions.Score;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * How well the model's certainty tells its own test examples from those of a further test set (out
 * of distribution): the area under the ROC curve with the own ones as positives.
 *
 * <p>Examples have no numbers of it. Those of the further test set alone would leave out how much
 * the own ones vary, and tests over them would be too sure.
 */
@Doc(
    "Measure how well the model's certainty tells its own test examples from those of a further"
        + " test set, by the area under the ROC curve: 1 is perfect, 0.5 is chance. It is for"
        + " evaluators under test_sets.")
final class OodAurocMetric implements Metric {

  private static final MetricDescription OOD_AUROC =
      MetricDescription.score("ood_auroc", Need.SCORES)
          .withSymbol("OOD AUROC")
          .withRange(MetricRange.FRACTION)
          .asAggregate();

  private final OodAurocOptions options;

  @Inject
  OodAurocMetric(OodAurocOptions options) {
    this.options = options;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(OOD_AUROC);
  }

  @Override
  public Optional<String> misfit(EvaluatedTask task) {
    return task.hasReference()
        ? Classes.misfitOfChoices(task)
        : Optional.of(
            "it compares a further test set with the model's own test examples, and these are its"
                + " own; name it in the evaluator of a test set under 'test_sets'");
  }

  @Override
  public List<MetricResult> compute(ScoredExamples scored) {
    Auroc auroc = new Auroc(certainties(scored.reference()), certainties(scored.examples()));
    MetricValue value = new MetricValue(OOD_AUROC, auroc.value(), auroc.standardError());
    return List.of(new MetricResult(value, List.of()));
  }

  private double[] certainties(List<ScoredExample> examples) {
    return examples.stream()
        .mapToDouble(
            options.score() == Score.CONFIDENCE
                ? ScoredExample::confidence
                : OodAurocMetric::negativeEntropy)
        .toArray();
  }

  /** Minus the entropy of the probabilities, divided by its maximum: from -1 to 0. */
  private static double negativeEntropy(ScoredExample example) {
    double[] probabilities = example.probabilities();
    double sum = 0;
    for (double probability : probabilities) {
      sum += probability > 0 ? probability * Math.log(probability) : 0;
    }
    return probabilities.length > 1 ? sum / Math.log(probabilities.length) : 0;
  }
}
