package io.flexora.report.html.figure;

import io.flexora.report.html.evidence.Evidence;
import io.flexora.report.html.evidence.Outcome;
import io.flexora.results.report.Contrast;
import io.flexora.results.report.VerdictDecimals;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The main cell against another in the deciding metric.
 *
 * @param main the main cell
 * @param other the other
 * @param contrast their difference
 */
public record MainContrast(Outcome main, Outcome other, Contrast contrast) {

  /** Compares, if both cells have the metric. */
  public static Optional<MainContrast> of(Evidence evidence, Outcome other, String metric) {
    Outcome main = evidence.main();
    return evidence
        .record()
        .result()
        .flatMap(result -> Contrast.of(result, other.name(), metric))
        .map(contrast -> new MainContrast(main, other, contrast));
  }

  /** The main cell against each other in the deciding metric, in the order of the record. */
  static List<MainContrast> of(Evidence evidence) {
    return evidence.decisiveMetric().stream()
        .flatMap(
            metric ->
                evidence.others().stream().flatMap(other -> of(evidence, other, metric).stream()))
        .toList();
  }

  /** That with the best of the cells that adapt all layers, the first of equal ones. */
  static Optional<MainContrast> ofAllLayers(List<MainContrast> comparisons) {
    return comparisons.stream()
        .filter(comparison -> comparison.role() == Contrast.Role.ALL)
        .min(Comparator.comparingDouble(MainContrast::gain));
  }

  /** How much better the main cell is, in units of the metric. */
  public double gain() {
    return contrast.gain();
  }

  /** What the other cell is there to show. */
  public Contrast.Role role() {
    return other.layers().isEmpty() ? Contrast.Role.OTHER : contrast.role();
  }

  /** The question that the comparison answers. */
  public String question() {
    String chosen = main.modules().isEmpty() ? "layers" : "modules";
    return switch (role()) {
      case ALL -> "Are the chosen " + chosen + " enough?";
      case AS_MANY -> "Does it matter which layers?";
      case FROZEN -> "Do the chosen " + chosen + " help at all?";
      case OTHER -> "Is another choice better?";
      case POSTERIOR -> "Does the posterior predict better?";
    };
  }

  /** The size of the difference in words, to follow "the difference is". */
  public String size() {
    if (contrast.isSame()) {
      return "nil on each test example";
    }
    if (contrast.isUniform()) {
      return "the same on each test example";
    }
    if (contrast.errors().isEmpty()) {
      return gain() == 0 ? "nil" : "of unknown significance, as no standard error was recorded";
    }
    double errors = contrast.errors().getAsDouble();
    if (errors < 1) {
      return "within the standard error";
    }
    String times = Numerals.fixed(errors, VerdictDecimals.ofErrors(errors)) + " standard errors, ";
    return times
        + (contrast.isClear()
            ? "more than sampling error of the test set explains"
            : "too small to rule out chance");
  }

  /** The answer to the role's question. */
  public String answer() {
    if (contrast.isSame()) {
      return "The same on each test example.";
    }
    if (contrast.standardError().isEmpty()) {
      return "Unknown: no standard error was recorded.";
    }
    boolean better = gain() > 0;
    return switch (role()) {
      case ALL ->
          !contrast.isClear()
              ? "Not distinguishable from all layers on this test set."
              : better ? "Better than all layers." : "No: all layers are better.";
      case FROZEN ->
          !contrast.isClear()
              ? "Not distinguishable from the frozen model on this test set."
              : better ? "Yes." : "No: the frozen model is better.";
      case AS_MANY ->
          !contrast.isClear()
              ? "Not shown: not distinguishable from equally many other layers on this test set."
              : better
                  ? "Yes: better than equally many other layers."
                  : "The other layers are better.";
      case OTHER ->
          !contrast.isClear()
              ? "No difference shown."
              : better ? "No: the main choice is better." : "Yes: the other choice is better.";
      case POSTERIOR ->
          !contrast.isClear()
              ? "No difference shown."
              : better ? "No: the trained parameters alone do." : "Yes.";
    };
  }
}
