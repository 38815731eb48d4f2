package io.flexora.api.selection;

import java.util.OptionalLong;

/**
 * The start of the training of a choice, known before anything is computed.
 *
 * @param fromValues whether it begins at the {@linkplain Selection#values values} that the strategy
 *     brings, and not at the adapter's initial ones
 * @param steps the steps of the training, at most as many as are given from outside; 0 for none,
 *     where the values are what is evaluated; empty where the trainer's options decide
 * @since 0.1
 */
public record TrainingStart(boolean fromValues, OptionalLong steps) {

  /** The adapter's initial values. */
  public static final TrainingStart INITIAL = new TrainingStart(false, OptionalLong.empty());

  /** The strategy's values. */
  public static final TrainingStart VALUES = new TrainingStart(true, OptionalLong.empty());

  /** The strategy's values, which nothing trains further. */
  public static final TrainingStart COMPLETE = new TrainingStart(true, OptionalLong.of(0));

  /**
   * Checks the steps.
   *
   * @throws IllegalArgumentException if they are negative, or 0 without values
   */
  public TrainingStart {
    if (steps.isPresent() && steps.getAsLong() < (fromValues ? 0 : 1)) {
      throw new IllegalArgumentException(
          "a training %s takes %d steps"
              .formatted(fromValues ? "from values" : "without values", steps.getAsLong()));
    }
  }

  /** Whether nothing is trained. */
  public boolean isComplete() {
    return steps.equals(OptionalLong.of(0));
  }

  /** The steps of a training to which others are given from outside: the smaller number. */
  public OptionalLong within(OptionalLong given) {
    return steps.isPresent() && given.isPresent()
        ? OptionalLong.of(Math.min(steps.getAsLong(), given.getAsLong()))
        : steps.isPresent() ? steps : given;
  }

  /** Where the training begins, in a sentence. */
  public String sentence() {
    if (!fromValues) {
      return "The training begins at the initial values of the adapter.";
    }
    return isComplete()
        ? "The values of the search are evaluated without a further training."
        : "The training begins at the values of the search.";
  }
}
