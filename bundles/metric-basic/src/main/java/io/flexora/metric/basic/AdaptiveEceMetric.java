package io.flexora.metric.basic;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.evaluate.MetricResult;
import io.flexora.api.evaluate.ScoredExamples;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The expected calibration error in bins of equal numbers of examples (Nguyen and O'Connor 2015):
 * no bin is empty where the model is nearly always sure. Examples of the same probability share a
 * bin, so the order of the examples counts for nothing.
 */
@Doc(
    "Measure the expected calibration error in bins of equal numbers of examples by the predicted"
        + " choice's probability: as it is, which is biased upwards, and debiased. Its standard"
        + " error is by bootstrap.")
final class AdaptiveEceMetric implements Metric {

  private final CalibrationError error;
  private final Seeds seeds;

  @Inject
  AdaptiveEceMetric(AdaptiveEceOptions options, Seeds seeds) {
    this.error =
        new CalibrationError(
            "adaptive_ece", "aECE", confidences -> bins(confidences, options.bins()));
    this.seeds = seeds;
  }

  @Override
  public List<MetricDescription> descriptions() {
    return error.descriptions();
  }

  @Override
  public List<MetricResult> compute(ScoredExamples scored) {
    return error.compute(scored, seeds.stream("metric", "adaptive_ece"));
  }

  /** Of n examples in order the i-th is in bin i · bins / n, or in that of its equals before it. */
  private static int[] bins(double[] confidences, int bins) {
    int n = confidences.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> confidences[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] places = new int[n];
    for (int rank = 0; rank < n; rank++) {
      int example = order[rank];
      boolean tied = rank > 0 && confidences[order[rank - 1]] == confidences[example];
      places[example] = tied ? places[order[rank - 1]] : (int) ((long) rank * bins / n);
    }
    return places;
  }
}
