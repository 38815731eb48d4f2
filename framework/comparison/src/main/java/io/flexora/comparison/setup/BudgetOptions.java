package io.flexora.comparison.setup;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.results.comparison.ComparisonResult.Budget;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The budget that a comparison holds equal.
 *
 * @since 0.1
 */
public record BudgetOptions(
    @Option(
            doc =
                "Quantity held equal: layers (number of adapted layers), parameters"
                    + " (trainable parameters), steps (training steps) or seconds (training"
                    + " time). Everything else is as configured for the trainer and the"
                    + " strategies.",
            byDefault = "steps")
        BudgetKind hold,
    @Option(
            doc = "Number of layers that strategies with layers: same choose; for hold: layers.",
            min = 1)
        Optional<Integer> layers,
    @Option(
            doc =
                "Maximum number of trainable parameters, including the head: strategies with"
                    + " layers: same choose as many layers as fit; for hold: parameters.",
            min = 1)
        Optional<Long> parameters,
    @Option(
            doc = "Number of training steps, in place of the trainer's own, whatever is held.",
            min = 1)
        Optional<Integer> steps,
    @Option(
            doc = "Time limit in seconds; for hold: seconds.",
            min = 0,
            max = 1e8,
            minExclusive = true)
        Optional<Double> seconds,
    @Option(
            doc =
                "Whether search time counts: excluded, or included, so that a search leaves"
                    + " less time for training. A search that reaches the limit stops and"
                    + " chooses by its current scores. For hold: seconds.",
            byDefault = "excluded")
        SearchTime search,
    @Option(
            doc =
                "Whether the trials of a tuning count: excluded, or included, so that all trials and"
                    + " the training of what they choose share the seconds, by the lengths of their"
                    + " trainings. For hold: seconds with search: included.",
            byDefault = "excluded")
        SearchTime tuning) {

  private static final String STEPS = "steps";

  /**
   * Checks that the amount is that of what is held. The steps of a training are no second one: they
   * say how long it is, whatever is held.
   *
   * @throws IllegalArgumentException if it is missing, or another one is written
   */
  public BudgetOptions {
    String held = word(hold);
    Map<String, Optional<? extends Number>> written = new LinkedHashMap<>();
    written.put("layers", layers);
    written.put("parameters", parameters);
    written.put(STEPS, steps);
    written.put("seconds", seconds);
    if (hold != BudgetKind.STEPS && written.get(held).isEmpty()) {
      throw OptionException.missing(
          held, "hold", "hold is %s, but no number is given; add '%s: N'".formatted(held, held));
    }
    written.forEach(
        (name, amount) -> {
          if (amount.isPresent() && !name.equals(held) && !name.equals(STEPS)) {
            throw OptionException.of(
                name,
                "hold is %s, so '%s: %s' has no effect; remove it, or write 'hold: %s'"
                    .formatted(held, name, amount.get(), name));
          }
        });
    if (search == SearchTime.INCLUDED && hold != BudgetKind.SECONDS) {
      throw OptionException.of(
          "search",
          ("'search: included' concerns time, but hold is %s; write 'hold: seconds', or"
                  + " remove it")
              .formatted(held));
    }
    if (tuning == SearchTime.INCLUDED && search != SearchTime.INCLUDED) {
      throw OptionException.of(
          "tuning",
          "'tuning: included' holds the time of search, tuning and training together; write"
              + " 'hold: seconds' and 'search: included', or remove it");
    }
  }

  /** The budget as a record of the comparison has it. */
  public Budget record() {
    OptionalDouble amount = held().stream().mapToDouble(Number::doubleValue).findFirst();
    return new Budget(word(hold), amount, word(search), word(tuning));
  }

  private Optional<? extends Number> held() {
    return switch (hold) {
      case LAYERS -> layers;
      case PARAMETERS -> parameters;
      case STEPS -> steps;
      case SECONDS -> seconds;
    };
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
