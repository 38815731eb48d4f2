package io.flexora.task.regression;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.score.Correlations;
import java.util.List;

/** Correlations of predicted numbers with the right ones. */
abstract class Correlation implements Metric {

  private final MetricDescription description;

  Correlation(String name, String symbol) {
    description =
        MetricDescription.score(name, NumberPairs.NEEDS)
            .withSymbol(symbol)
            .withRange(new MetricDescription.Range(-1, 1))
            .asAggregate();
  }

  @Override
  public final List<MetricDescription> descriptions() {
    return List.of(description);
  }

  @Override
  public final List<Metric.Result> compute(ScoredExamples scored) {
    return List.of(compute(description, NumberPairs.of(scored)));
  }

  abstract Metric.Result compute(MetricDescription metric, NumberPairs numbers);

  /** Pearson's correlation. */
  @Doc("Measure Pearson's correlation of predicted numbers with the right ones.")
  static final class Pearson extends Correlation {
    Pearson() {
      super("pearson", "r");
    }

    @Override
    Metric.Result compute(MetricDescription metric, NumberPairs numbers) {
      return Correlations.pearson(metric, numbers.expected(), numbers.predicted());
    }
  }

  /** Spearman's correlation: Pearson's of the ranks, of equals their mean rank. */
  @Doc("Measure Spearman's rank correlation of predicted numbers with the right ones.")
  static final class Spearman extends Correlation {
    Spearman() {
      super("spearman", "ρ");
    }

    @Override
    Metric.Result compute(MetricDescription metric, NumberPairs numbers) {
      return Correlations.spearman(metric, numbers.expected(), numbers.predicted());
    }
  }
}
