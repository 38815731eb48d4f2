package io.flexora.api.run;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * A step that is done, and what was measured in it.
 *
 * @param done steps done so far, counting this one
 * @param total steps in all
 * @param trainingLoss the loss on the training batch, in nats; empty if the step has none
 * @param validationLoss the loss on validation data, in nats; empty if the step has none
 * @param figures further figures of the extension, by a snake-case name of its own
 * @since 0.1
 */
public record Progress(
    long done,
    long total,
    OptionalDouble trainingLoss,
    OptionalDouble validationLoss,
    Map<String, Figure> figures) {

  /** The name by which records know the training loss. */
  public static final String TRAINING_LOSS = "training_loss";

  /** The name by which records know the validation loss. */
  public static final String VALIDATION_LOSS = "validation_loss";

  private static final Set<String> RESERVED = Set.of(TRAINING_LOSS, VALIDATION_LOSS);

  /**
   * Copies the figures. A loss that is infinite is NaN in a record.
   *
   * @throws IllegalArgumentException if a figure has the name of a loss
   */
  public Progress {
    Objects.requireNonNull(trainingLoss);
    Objects.requireNonNull(validationLoss);
    figures = Map.copyOf(figures);
    for (String name : RESERVED) {
      if (figures.containsKey(name)) {
        throw new IllegalArgumentException(
            "figure '%s' of step %d is a loss; give it by its own method".formatted(name, done));
      }
    }
  }

  /** A step in which nothing was measured. */
  public static Progress of(long done, long total) {
    return new Progress(done, total, OptionalDouble.empty(), OptionalDouble.empty(), Map.of());
  }

  /** The same step of another place in the phase. */
  public Progress at(long done, long total) {
    return new Progress(done, total, trainingLoss, validationLoss, figures);
  }

  /** The same with the loss on the training batch, in nats. */
  public Progress withTrainingLoss(double loss) {
    return new Progress(done, total, OptionalDouble.of(loss), validationLoss, figures);
  }

  /** The same with the loss on validation data, in nats. */
  public Progress withValidationLoss(double loss) {
    return new Progress(done, total, trainingLoss, OptionalDouble.of(loss), figures);
  }

  /** The same with one more figure. */
  public Progress with(String name, Figure figure) {
    Map<String, Figure> more = new TreeMap<>(figures);
    more.put(name, figure);
    return new Progress(done, total, trainingLoss, validationLoss, more);
  }

  /** The same with one more real number. */
  public Progress with(String name, double value) {
    return with(name, Figure.of(value));
  }

  /** The same with one more whole number. */
  public Progress with(String name, long value) {
    return with(name, Figure.of(value));
  }

  /** The same with a list of numbers, such as one for each layer. */
  public Progress with(String name, List<? extends Number> values) {
    return with(name, Figure.of(values));
  }

  /** The same with a list of numbers, such as one for each layer. */
  public Progress with(String name, double[] values) {
    return with(name, Figure.of(values));
  }
}
