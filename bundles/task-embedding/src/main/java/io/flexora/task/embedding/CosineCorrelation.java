package io.flexora.task.embedding;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.numerics.score.Correlations;
import java.util.List;

/** Correlations of the cosines of query and positive with the scores of the rows. */
abstract class CosineCorrelation implements Metric {

  private final MetricDescription description;

  CosineCorrelation(String name, String symbol) {
    description =
        MetricDescription.score(name, Need.VECTORS, Need.TARGET)
            .withSymbol(symbol)
            .withRange(new MetricDescription.Range(-1, 1))
            .asAggregate();
  }

  @Override
  public final List<MetricDescription> descriptions() {
    return List.of(description);
  }

  @Override
  public final void checkCompatibility(EvaluatedTask task, Compatibility found) {
    task.examples().stream()
        .filter(example -> Embedded.score(example).isEmpty())
        .findFirst()
        .ifPresent(
            without ->
                found.refuse(
                    "it needs the score of each pair, but example %s has none; name its field in the task's 'score'"
                        .formatted(without.id())));
  }

  @Override
  public final List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(
        compute(
            description,
            scored.values(e -> Embedded.score(e.example()).orElseThrow()),
            scored.values(e -> Embedded.of(e, 0).cosine(Embedded.of(e, 1)))));
  }

  abstract Metric.Result compute(MetricDescription metric, double[] scores, double[] cosines);

  /** Spearman's correlation, which asks for the order of the pairs alone. */
  @Doc("Measure Spearman's rank correlation of the cosines of pairs with their scores.")
  static final class Spearman extends CosineCorrelation {
    Spearman() {
      super("spearman_cosine", "ρ cos");
    }

    @Override
    Metric.Result compute(MetricDescription metric, double[] scores, double[] cosines) {
      return Correlations.spearman(metric, scores, cosines);
    }
  }

  /** Pearson's correlation. */
  @Doc("Measure Pearson's correlation of the cosines of pairs with their scores.")
  static final class Pearson extends CosineCorrelation {
    Pearson() {
      super("pearson_cosine", "r cos");
    }

    @Override
    Metric.Result compute(MetricDescription metric, double[] scores, double[] cosines) {
      return Correlations.pearson(metric, scores, cosines);
    }
  }
}
