package io.flexora.report.html.figure;

import io.flexora.api.selection.Selection.ScoreDescription;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/**
 * The value of a score that parts the chosen layers from the others.
 *
 * @param value the value
 * @param name what it is, such as {@code 0} or {@code mean}; found from the choice itself, as the
 *     record does not tell the rule
 */
record Threshold(double value, String name) {

  /** Finds it; absent if the choice is not a cut through this score. */
  static Optional<Threshold> of(ScoreDescription score, List<Double> scores, List<Integer> chosen) {
    double lowestChosen =
        chosen.stream().filter(i -> i < scores.size()).mapToDouble(scores::get).min().orElse(NONE);
    double highestOther =
        IntStream.range(0, scores.size())
            .filter(i -> !chosen.contains(i))
            .mapToDouble(scores::get)
            .max()
            .orElse(NONE);
    if (!(lowestChosen > highestOther)) {
      return Optional.empty();
    }
    double mean = scores.stream().mapToDouble(Double::doubleValue).average().orElse(NONE);
    DoublePredicate parts = value -> value >= highestOther && value < lowestChosen;
    if (parts.test(score.neutral())) {
      String name = Numerals.plain(score.neutral());
      return Optional.of(
          new Threshold(
              score.neutral(), score.meaning().map(means -> name + ", " + means).orElse(name)));
    }
    return Optional.of(
        parts.test(mean)
            ? new Threshold(mean, "the mean")
            : new Threshold(
                (lowestChosen + highestOther) / 2,
                "midway between the lowest score chosen and the highest of the others"));
  }

  private static final double NONE = Double.NaN;
}
