package io.flexora.objective.preference;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExample;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.Estimates;
import java.util.List;

/** The rewards that TRL logs: the share of chosen answers with the higher one, and the margin. */
@Doc(
    "Measure the share of pairs whose chosen answer scores higher, the mean margin between both, and"
        + " the mean scores.")
final class RewardsMetric implements Metric {

  private static final MetricDescription ACCURACY =
      MetricDescription.fraction("reward_accuracy", Need.SCORES, Need.LABEL);
  private static final MetricDescription MARGIN =
      MetricDescription.score("reward_margin", Need.SCORES, Need.LABEL);
  private static final MetricDescription CHOSEN =
      MetricDescription.score("reward_chosen", Need.SCORES, Need.LABEL);
  private static final MetricDescription REJECTED =
      MetricDescription.error("reward_rejected", Need.SCORES, Need.LABEL)
          .withRange(MetricDescription.Range.ALL);

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(ACCURACY, MARGIN, CHOSEN, REJECTED);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    task.examples().stream()
        .filter(example -> example.choices().size() != 2 || !example.alsoRight().isEmpty())
        .findFirst()
        .ifPresent(
            example ->
                found.refuse(
                    "it measures pairs of a chosen and a rejected answer, but example %s has %d"
                        .formatted(example.id(), example.choices().size())));
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(
        Estimates.mean(ACCURACY, scored.values(e -> margin(e) > 0 ? 1 : 0)),
        Estimates.mean(MARGIN, scored.values(RewardsMetric::margin)),
        Estimates.mean(CHOSEN, scored.values(RewardsMetric::chosen)),
        Estimates.mean(REJECTED, scored.values(RewardsMetric::rejected)));
  }

  private static double margin(ScoredExample example) {
    return chosen(example) - rejected(example);
  }

  private static double chosen(ScoredExample example) {
    return example.score(example.prediction().label());
  }

  private static double rejected(ScoredExample example) {
    return example.score(1 - example.prediction().label());
  }
}
