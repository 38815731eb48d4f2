package io.flexora.api.selection;

import java.util.OptionalLong;

/**
 * The start of the training of a choice, known before anything is computed.
 *
 * @param fromValues whether it begins at the {@linkplain Selection#values values} that the strategy
 *     brings, and not at the adapter's initial ones
 * @param steps the steps of the training, at most as many as are given from outside; 0 for none,
 *     where the values are what is evaluated; empty where the trainer's options decide
 * @param searchSteps the steps that the search has trained, where they count as steps of the
 *     training, which has as many fewer; empty where they do not count
 * @since 0.1
 */
public record TrainingStart(boolean fromValues, OptionalLong steps, OptionalLong searchSteps) {

  /** The adapter's initial values. */
  public static final TrainingStart INITIAL = new TrainingStart(false, OptionalLong.empty());

  /** The strategy's values. */
  public static final TrainingStart VALUES = new TrainingStart(true, OptionalLong.empty());

  /** The strategy's values, which nothing trains further. */
  public static final TrainingStart COMPLETE = new TrainingStart(true, OptionalLong.of(0));

  /**
   * Checks the steps.
   *
   * @throws IllegalArgumentException if they are negative, or 0 without values, or if steps of a
   *     search without values count
   */
  public TrainingStart {
    if (steps.isPresent() && steps.getAsLong() < (fromValues ? 0 : 1)) {
      throw new IllegalArgumentException(
          "a training %s takes %d steps"
              .formatted(fromValues ? "from values" : "without values", steps.getAsLong()));
    }
    if (searchSteps.isPresent() && (!fromValues || searchSteps.getAsLong() < 0)) {
      throw new IllegalArgumentException(
          "%d steps of a search %s count"
              .formatted(searchSteps.getAsLong(), fromValues ? "with values" : "without values"));
    }
  }

  /** A start none of whose search's steps count. */
  public TrainingStart(boolean fromValues, OptionalLong steps) {
    this(fromValues, steps, OptionalLong.empty());
  }

  /** This start, where so many steps of the search count as steps of the training. */
  public TrainingStart counting(long stepsOfSearch) {
    return new TrainingStart(fromValues, steps, OptionalLong.of(stepsOfSearch));
  }

  /**
   * This start with the steps that are left.
   *
   * @param whole the steps of a training without the search
   * @throws IllegalArgumentException if the search has more that count
   */
  public TrainingStart of(long whole) {
    return searchSteps.isEmpty()
        ? this
        : new TrainingStart(
            fromValues, OptionalLong.of(whole - searchSteps.getAsLong()), searchSteps);
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
    if (isComplete()) {
      return "The values of the search are evaluated without a further training.";
    }
    return searchSteps.isPresent()
        ? "The training begins at the values of the search, whose %d steps count: it has %s."
            .formatted(
                searchSteps.getAsLong(),
                steps.isPresent() ? steps.getAsLong() + " more" : "as many fewer")
        : "The training begins at the values of the search.";
  }
}
