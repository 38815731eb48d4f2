package io.flexora.metric.basic;

import io.flexora.api.evaluate.EvaluatedTask;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricValue;
import io.flexora.api.evaluate.Prediction;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.metric.MetricDescription.Need;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.score.Estimates;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mean of the F1 of each class that is the label or the prediction of some example. Its
 * standard error is the deviation over bootstrap samples of the examples.
 */
@Doc("Measure the mean of the F1 of each class, with its standard error by bootstrap.")
final class MacroF1Metric implements Metric {

  private static final MetricDescription MACRO_F1 =
      MetricDescription.fraction("macro_f1", Need.SCORES, Need.LABEL)
          .withSymbol("mF1")
          .asAggregate();
  private static final int RESAMPLES = 500;

  private final Seeds seeds;

  @Inject
  MacroF1Metric(Seeds seeds) {
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(MACRO_F1);
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.check(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    int n = scored.size();
    Counts all = new Counts(scored, IntStream.range(0, n).toArray());
    double value = all.mean();
    double error =
        Estimates.bootstrapError(
            n,
            RESAMPLES,
            seeds.stream("evaluator", "bootstrap"),
            sample -> new Counts(scored, sample).mean());
    double[] influence = new double[n];
    Arrays.setAll(influence, i -> value + n * all.influence(scored.examples().get(i).prediction()));
    return List.of(Metric.Result.of(new MetricValue(MACRO_F1, value, error), influence));
  }

  /** Of each class, how often it is right, and how often it is a label or a prediction. */
  private static final class Counts {

    private final int[] right;
    private final int[] occurrences;

    Counts(ScoredExamples scored, int[] sample) {
      int classes = scored.examples().get(0).prediction().scores().size();
      right = new int[classes];
      occurrences = new int[classes];
      for (int i : sample) {
        Prediction prediction = scored.examples().get(i).prediction();
        occurrences[prediction.label()]++;
        occurrences[prediction.predicted()]++;
        if (prediction.label() == prediction.predicted()) {
          right[prediction.label()]++;
        }
      }
    }

    double mean() {
      return occurring().mapToDouble(this::f1).average().orElseThrow();
    }

    private double f1(int c) {
      return 2.0 * right[c] / occurrences[c];
    }

    private IntStream occurring() {
      return IntStream.range(0, right.length).filter(c -> occurrences[c] > 0);
    }

    /** The derivative of the mean in the weight of an example, as long as no class goes. */
    double influence(Prediction prediction) {
      int label = prediction.label();
      int predicted = prediction.predicted();
      double both =
          label == predicted
              ? (2 - 2 * f1(label)) / occurrences[label]
              : -f1(label) / occurrences[label] - f1(predicted) / occurrences[predicted];
      return both / occurring().count();
    }
  }
}
