package io.flexora.report.html.comparison;

import io.flexora.report.html.evidence.Facts;
import java.util.List;
import java.util.Optional;

/**
 * An interval of confidence.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {

  static Optional<Interval> read(Facts facts, String key) {
    return facts
        .numbers(key)
        .filter(ends -> ends.size() == 2 && ends.stream().allMatch(Double::isFinite))
        .map(Interval::of);
  }

  private static Interval of(List<Double> ends) {
    return new Interval(ends.get(0), ends.get(1));
  }
}
