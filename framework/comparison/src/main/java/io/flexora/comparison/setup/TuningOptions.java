package io.flexora.comparison.setup;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.tune.Tuner;
import io.flexora.results.comparison.Tuning.Tuned;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The options of tuning, the same for every strategy.
 *
 * @since 0.1
 */
public record TuningOptions(
    @Option(doc = "The tuner, which proposes the values of the trials.", byDefault = "random")
        Component<Tuner> tuner,
    @Option(
            doc =
                "How many settings are tried for each strategy and seed, the default values"
                    + " included.",
            min = 2,
            max = 10_000)
        Optional<Integer> trials,
    @Option(
            doc =
                "Time limit in seconds for the trials of each strategy and seed, in place of"
                    + " trials; the last trial is not interrupted.",
            min = 0,
            minExclusive = true)
        Optional<Double> seconds,
    @Option(
            doc =
                "Share of the validation examples that judge the trials. The others stop the"
                    + " training and serve the searches, of trials and of what they choose alike.",
            byDefault = "0.5",
            min = 0,
            max = 1,
            minExclusive = true,
            maxExclusive = true)
        double share,
    @Option(
            doc =
                "The tuned options, by path: trainer.OPTION, adapter.OPTION,"
                    + " trainers.NAME.OPTION, adapters.NAME.OPTION or strategies.NAME.OPTION,"
                    + " each with low and high, with values, or with same_as to share the"
                    + " value of another option.")
        Map<String, RangeOptions> options) {

  /**
   * Checks the amount.
   *
   * @throws IllegalArgumentException if there is none or two, or nothing is tuned
   */
  public TuningOptions {
    if (trials.isPresent() == seconds.isPresent()) {
      throw trials.isPresent()
          ? OptionException.of("seconds", "'trials' and 'seconds' are both written; keep one")
          : OptionException.missing(
              List.of("trials", "seconds"), "it has no end; write 'trials: N', or 'seconds: N'");
    }
    if (options.isEmpty()) {
      throw OptionException.of(
          "options",
          "'options' is empty, so nothing is tuned; write at least one, such as"
              + " trainer.learning_rate: {low: 1e-4, high: 1e-2, log: true}");
    }
  }

  /** The tuning as a record of the comparison has it. */
  public Tuned record() {
    Map<String, String> ties = new LinkedHashMap<>();
    options.forEach((path, range) -> range.sameAs().ifPresent(other -> ties.put(path, other)));
    return new Tuned(
        tuner.name(),
        trials.map(OptionalInt::of).orElse(OptionalInt.empty()),
        seconds.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        share,
        options.keySet().stream().filter(path -> !ties.containsKey(path)).toList(),
        ties.isEmpty() ? Optional.empty() : Optional.of(ties));
  }
}
