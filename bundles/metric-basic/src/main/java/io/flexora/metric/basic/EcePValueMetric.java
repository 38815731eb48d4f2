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
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The p-value of the expected calibration error under perfect calibration (consistency resampling:
 * Bröcker and Smith 2007; Vaicenavicius et al. 2019). Answers are drawn with the model's own
 * probabilities, and the p-value is (1 + d) / (1 + D) with d of D draws as large an error as the
 * observed one, or a larger.
 *
 * <p>It says whether the error is more than noise, not how large it is: with examples enough no
 * model passes. So it does not order models, and cannot decide between them.
 */
@Doc(
    "Test whether the expected calibration error is more than noise: the p-value under perfect"
        + " calibration, from 1,999 draws of answers with the model's own probabilities. It"
        + " cannot be the deciding metric: of calibrated models the one with the higher value is no"
        + " better.")
final class EcePValueMetric implements Metric {

  private static final MetricDescription P_VALUE =
      MetricDescription.score("ece_p_value", Need.SCORES, Need.LABEL)
          .withSymbol("ECE p")
          .withRange(MetricDescription.Range.FRACTION)
          .asAggregate();
  private static final int DRAWS = 1999;

  /** Of sums of gaps. */
  private static final double ROUNDING = 1e-9;

  private final EceOptions options;
  private final Seeds seeds;

  @Inject
  EcePValueMetric(EceOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return List.of(P_VALUE);
  }

  /** Any two values are as good where the model is calibrated. */
  @Override
  public boolean canDecide() {
    return false;
  }

  @Override
  public void checkCompatibility(EvaluatedTask task, Compatibility found) {
    Classes.checkChoices(task, found);
  }

  @Override
  public List<Metric.Result> compute(ScoredExamples scored) {
    // In their own order, so that that of the examples changes no draw.
    double[] confidences = scored.values(ScoredExample::confidence);
    Arrays.sort(confidences);
    int[] places = Arrays.stream(confidences).mapToInt(options::bin).toArray();
    double[] expected = new double[options.most()];
    for (int i = 0; i < places.length; i++) {
      expected[places[i]] += confidences[i];
    }
    int[] right = new int[expected.length];
    scored.examples().stream()
        .filter(ScoredExample::isRight)
        .forEach(example -> right[options.bin(example.confidence())]++);
    double least = distance(right, expected) - ROUNDING;
    SplittableRandom random = seeds.stream("metric", "ece_p_value");
    int large = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] drawn = drawn(confidences, places, expected.length, random);
      if (distance(drawn, expected) >= least) {
        large++;
      }
    }
    double p = (1.0 + large) / (1 + DRAWS);
    return List.of(new Metric.Result(new MetricValue(P_VALUE, p, Double.NaN), List.of()));
  }

  /** The right answers of each bin, if the probabilities are true. */
  private static int[] drawn(
      double[] confidences, int[] places, int bins, SplittableRandom random) {
    int[] right = new int[bins];
    for (int i = 0; i < places.length; i++) {
      right[places[i]] += random.nextDouble() < confidences[i] ? 1 : 0;
    }
    return right;
  }

  /** The expected calibration error, times the number of examples. */
  private static double distance(int[] right, double[] expected) {
    double sum = 0;
    for (int bin = 0; bin < right.length; bin++) {
      sum += Math.abs(right[bin] - expected[bin]);
    }
    return sum;
  }
}
