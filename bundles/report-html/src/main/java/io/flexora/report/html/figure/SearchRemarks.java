package io.flexora.report.html.figure;

import io.flexora.api.selection.TrainingStart;
import io.flexora.report.html.evidence.Curve;
import io.flexora.report.html.evidence.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The remarks on a search: how firm its choice is.
 *
 * @param outcome the cell
 * @param trajectories the numbers of the layers over the outer steps, one curve for each layer
 */
record SearchRemarks(Outcome outcome, Map<String, List<Curve>> trajectories) {

  private static final double LATE = 0.8;

  /** All remarks that the record allows. */
  List<String> all() {
    List<String> remarks = new ArrayList<>();
    outcome.searchEnd().map(end -> "The search " + end.sentence() + ".").ifPresent(remarks::add);
    outcome.start().map(TrainingStart::sentence).ifPresent(remarks::add);
    if (!outcome.modules().isEmpty()) {
      // What is told of layers is a mean over modules, by which nothing was chosen.
      return remarks;
    }
    // The numbers that the choice was made by, where the search told them at its steps.
    outcome.scores().keySet().stream()
        .filter(trajectories::containsKey)
        .findFirst()
        .or(() -> trajectories.keySet().stream().findFirst())
        .flatMap(this::settled)
        .ifPresent(remarks::add);
    outcome.scores().entrySet().stream().findFirst().flatMap(this::closest).ifPresent(remarks::add);
    return remarks;
  }

  private Optional<String> settled(String name) {
    List<Curve> curves = trajectories.get(name);
    List<Double> last =
        curves.stream()
            .map(curve -> curve.last().map(Curve.Point::value).orElse(Double.NaN))
            .toList();
    return outcome
        .layers()
        .flatMap(layers -> Threshold.of(outcome.description(name), last, layers))
        .map(threshold -> settled(curves, threshold.value()));
  }

  private String settled(List<Curve> curves, double threshold) {
    TreeSet<Double> crossings = new TreeSet<>();
    for (Curve curve : curves) {
      for (int i = 1; i < curve.size(); i++) {
        boolean above = curve.points().get(i).value() > threshold;
        if (above != curve.points().get(i - 1).value() > threshold) {
          crossings.add(curve.points().get(i).step());
        }
      }
    }
    double end = curves.get(0).last().map(Curve.Point::step).orElse(0.0);
    if (crossings.isEmpty()) {
      return "The set of layers above the threshold never changed.";
    }
    String sentence =
        "The set of layers above the threshold last changed at outer step "
            + Numerals.count(crossings.last())
            + " of "
            + Numerals.count(end);
    if (outcome.searchEnd().isPresent()) {
      // Why it ended says how settled the choice is, and by more than the last change.
      return sentence + ".";
    }
    return crossings.last() > LATE * end
        ? sentence + ": the choice had not converged; a longer search could choose other layers."
        : sentence + ": the choice had converged.";
  }

  private Optional<String> closest(Map.Entry<String, List<Double>> scores) {
    List<Double> values = scores.getValue();
    return outcome
        .layers()
        .flatMap(layers -> Threshold.of(outcome.description(scores.getKey()), values, layers))
        .map(
            threshold ->
                closest(outcome.description(scores.getKey()).title(), values, threshold.value()));
  }

  private String closest(String name, List<Double> values, double threshold) {
    int closest = 0;
    for (int i = 1; i < values.size(); i++) {
      if (Math.abs(values.get(i) - threshold) < Math.abs(values.get(closest) - threshold)) {
        closest = i;
      }
    }
    return "Closest to the threshold: layer %d (%s), by %s %s."
        .formatted(
            closest,
            outcome.adapts(closest) ? "chosen" : "not chosen",
            name,
            Numerals.fixed(Math.abs(values.get(closest) - threshold), 4));
  }
}
