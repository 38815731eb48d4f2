package io.flexora.comparison;

import io.flexora.api.plugin.Option;
import io.flexora.api.report.ComparisonResult.Budget;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The budget that a comparison holds equal.
 *
 * @since 0.1
 */
public record BudgetOptions(
    @Option(
            doc =
                "What is held equal: layers, the number of adapted layers; parameters, the"
                    + " trainable parameters; steps, the training steps; or seconds, the time of"
                    + " the training. The rest is as the trainer and the strategies say.",
            byDefault = "steps")
        Hold hold,
    @Option(
            doc = "How many layers strategies choose that are told 'same'; for hold: layers.",
            min = 1)
        Optional<Integer> layers,
    @Option(
            doc =
                "How many trainable parameters there may be, head included: strategies that are told"
                    + " 'same' choose as many layers as fit; for hold: parameters.",
            min = 1)
        Optional<Long> parameters,
    @Option(
            doc = "The training steps, instead of those that the trainer is told; for hold: steps.",
            min = 1)
        Optional<Integer> steps,
    @Option(doc = "The seconds; for hold: seconds.", min = 0, minExclusive = true)
        Optional<Double> seconds,
    @Option(
            doc =
                "Whether the search of a strategy counts: excluded, or included, so that a strategy"
                    + " that searches has less time to train; a search that takes all of it is cut"
                    + " and chooses by what it has found. For hold: seconds.",
            byDefault = "excluded")
        SearchTime search) {

  /**
   * Checks that the amount is that of what is held.
   *
   * @throws IllegalArgumentException if it is missing, or another one is written
   */
  public BudgetOptions {
    String held = word(hold);
    Map<String, Optional<? extends Number>> written = new LinkedHashMap<>();
    written.put("layers", layers);
    written.put("parameters", parameters);
    written.put("steps", steps);
    written.put("seconds", seconds);
    if (hold != Hold.STEPS && written.get(held).isEmpty()) {
      throw new IllegalArgumentException(
          "hold is %s, but it does not say how many; write '%s: N' beside it"
              .formatted(held, held));
    }
    written.forEach(
        (name, amount) -> {
          if (amount.isPresent() && !name.equals(held)) {
            throw new IllegalArgumentException(
                "hold is %s, so '%s: %s' means nothing; take it away, or write 'hold: %s'"
                    .formatted(held, name, amount.get(), name));
          }
        });
    if (search == SearchTime.INCLUDED && hold != Hold.SECONDS) {
      throw new IllegalArgumentException(
          "'search: included' is about time, but hold is %s; write 'hold: seconds', or take it away"
              .formatted(held));
    }
  }

  /** The budget as a record of the comparison has it. */
  Budget record() {
    OptionalDouble amount =
        Stream.of(layers, parameters, steps, seconds)
            .flatMap(Optional::stream)
            .mapToDouble(Number::doubleValue)
            .findFirst();
    return new Budget(word(hold), amount, word(search));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
