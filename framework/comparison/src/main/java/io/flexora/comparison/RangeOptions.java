package io.flexora.comparison;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.List;
import java.util.Optional;

/**
 * The values that an option may be given: numbers from low to high, or a list.
 *
 * @since 0.1
 */
public record RangeOptions(
    @Option(doc = "The least number.") Optional<Double> low,
    @Option(doc = "The greatest number.") Optional<Double> high,
    @Option(
            doc = "Whether ratios count rather than differences, as with learning rates.",
            byDefault = "false")
        boolean log,
    @Option(doc = "The values, in place of low and high.") Optional<List<String>> values) {

  /**
   * Checks that it has values.
   *
   * @throws IllegalArgumentException if it has none, or both forms are mixed
   */
  public RangeOptions {
    if (values.isPresent()) {
      requireValues(values.get());
      if (low.isPresent() || high.isPresent() || log) {
        throw OptionException.of(
            "values", "'values' stands for itself; remove low, high and log, or the values");
      }
    } else if (low.isEmpty() || high.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no range; write {low: 1e-5, high: 1e-3, log: true}, or {values: [4, 8]}");
    } else if (low.get() >= high.get()) {
      throw OptionException.of(
          "low",
          "the range from %s to %s is empty; low has to be less than high"
              .formatted(low.get(), high.get()));
    } else if (log && low.get() <= 0) {
      throw OptionException.of(
          "low", "a logarithmic range begins above 0, but low is %s".formatted(low.get()));
    }
  }

  private static void requireValues(List<String> values) {
    if (values.isEmpty()) {
      throw OptionException.of("values", "'values' is empty; write at least one");
    }
    for (int i = 0; i < values.size(); i++) {
      if (values.indexOf(values.get(i)) < i) {
        throw OptionException.of(
            "values", "'values' has '%s' twice; keep one".formatted(values.get(i)));
      }
    }
  }
}
