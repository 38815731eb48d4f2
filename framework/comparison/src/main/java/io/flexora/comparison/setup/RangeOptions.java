package io.flexora.comparison.setup;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values that an option may be given: numbers from low to high, a list, or in each trial that
 * of another option.
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
    @Option(doc = "The values, in place of low and high.") Optional<List<String>> values,
    @Option(
            doc =
                "The path of an option that is tuned, in place of values of its own: in each trial"
                    + " this option has the value of that one.")
        Optional<String> sameAs) {

  /**
   * Checks that it has values.
   *
   * @throws IllegalArgumentException if it has none, or forms are mixed
   */
  public RangeOptions {
    if (sameAs.isPresent()) {
      if (low.isPresent() || high.isPresent() || log || values.isPresent()) {
        throw OptionException.of(
            "same_as", "'same_as' stands for itself; remove low, high, log and values, or same_as");
      }
    } else if (values.isPresent()) {
      requireValues(values.get());
      if (low.isPresent() || high.isPresent() || log) {
        throw OptionException.of(
            "values", "'values' stands for itself; remove low, high and log, or the values");
      }
    } else if (low.isEmpty() || high.isEmpty()) {
      throw OptionException.missing(
          List.of("low", "high", "values", "same_as"),
          "there is no range; write {low: 1e-5, high: 1e-3, log: true}, {values: [4, 8]}, or"
              + " {same_as: trainer.learning_rate}");
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
    Map<Object, String> written = new HashMap<>();
    for (String value : values) {
      String earlier = written.putIfAbsent(meaning(value), value);
      if (value.equals(earlier)) {
        throw OptionException.of("values", "'values' has '%s' twice; keep one".formatted(value));
      }
      if (earlier != null) {
        throw OptionException.of(
            "values",
            "'values' has '%s' and '%s', which are the same number; keep one"
                .formatted(earlier, value));
      }
    }
  }

  /** The number that a value is, however it is written; else its text. */
  public static Object meaning(String value) {
    try {
      return new BigDecimal(value).stripTrailingZeros();
    } catch (NumberFormatException e) {
      return value;
    }
  }
}
