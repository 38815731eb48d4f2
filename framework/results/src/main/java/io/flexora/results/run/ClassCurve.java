package io.flexora.results.run;

import java.util.List;
import java.util.Objects;

/**
 * The curves of one class against the others, over all thresholds of its probability. Examples of
 * equal probability are passed together.
 *
 * @param name the class
 * @param rocArea the area under the ROC curve by the trapezoidal rule
 * @param averagePrecision the mean precision over the thresholds, weighted by the gain of recall
 * @param roc from the false positive rate to the true positive rate, ascending; empty where the
 *     class is beyond those whose curves are kept
 * @param precisionRecall from the recall to the precision, ascending in the recall; likewise
 * @since 0.1
 */
public record ClassCurve(
    String name,
    double rocArea,
    double averagePrecision,
    List<Point> roc,
    List<Point> precisionRecall) {

  /** A point of a curve. */
  public record Point(double x, double y) {}

  /** Copies the points. */
  public ClassCurve {
    Objects.requireNonNull(name);
    roc = List.copyOf(roc);
    precisionRecall = List.copyOf(precisionRecall);
  }
}
