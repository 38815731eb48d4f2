package io.flexora.metric.basic;

import java.util.Arrays;

/**
 * The area under the receiver operating characteristic: how often a positive scores higher than a
 * negative, where a tie counts half. Its standard error is that of DeLong, DeLong and
 * Clarke-Pearson (1988), over samples of both.
 */
final class Auroc {

  /** The negatives that each positive scores higher than. */
  private final double[] positives;

  /** The positives that each negative scores higher than. */
  private final double[] negatives;

  /**
   * Compares scores.
   *
   * @param positives at least one
   * @param negatives at least one
   */
  Auroc(double[] positives, double[] negatives) {
    this.positives = wins(positives, negatives);
    this.negatives = wins(negatives, positives);
  }

  /** The area: 1 where every positive scores higher than every negative. */
  double value() {
    return Arrays.stream(positives).sum() / ((double) positives.length * negatives.length);
  }

  /** The standard error; NaN unless there are two of each at least. */
  double standardError() {
    return Math.sqrt(
        varianceOfMean(positives) / negatives.length / negatives.length
            + varianceOfMean(negatives) / positives.length / positives.length);
  }

  /** The share of the negatives that a positive scores higher than. */
  double ofPositive(int index) {
    return positives[index] / negatives.length;
  }

  /** The share of the positives that score higher than a negative. */
  double ofNegative(int index) {
    return 1 - negatives[index] / positives.length;
  }

  /** How many of the others each score is higher than; a tie counts half. */
  private static double[] wins(double[] scores, double[] others) {
    double[] ordered = others.clone();
    Arrays.sort(ordered);
    return Arrays.stream(scores)
        .map(score -> (below(ordered, score) + below(ordered, Math.nextUp(score))) / 2.0)
        .toArray();
  }

  private static int below(double[] ordered, double score) {
    int from = 0;
    int to = ordered.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (ordered[middle] < score) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private static double varianceOfMean(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return squares / (values.length - 1) / values.length;
  }
}
