package io.flexora.api.train;

import ai.djl.ndarray.NDArray;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.run.Figure;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A trained theta.
 *
 * @param theta the parameters to evaluate and keep, attached to the context's manager
 * @param step the step at which theta was reached
 * @param trainingLoss the latest loss on training data, in nats; empty if no step was done
 * @param validationLoss the loss of theta on validation data, in nats; empty if it was not measured
 * @param figures further figures of the training, by a snake-case name of the trainer's
 * @param pruned the matrices of the base that the training has pruned, their arrays attached to the
 *     context's manager; theta belongs to the base that {@link
 *     io.flexora.api.ability.PrunableModel#pruned} makes with them, and they are kept with it
 * @since 0.1
 */
public record TrainingResult(
    NDArray theta,
    long step,
    OptionalDouble trainingLoss,
    OptionalDouble validationLoss,
    Map<String, Figure> figures,
    List<SparseMatrix> pruned) {

  /** Copies the collections. */
  public TrainingResult {
    Objects.requireNonNull(trainingLoss);
    Objects.requireNonNull(validationLoss);
    figures = Map.copyOf(figures);
    pruned = List.copyOf(pruned);
  }

  /** A theta for the base as it is. */
  public TrainingResult(
      NDArray theta,
      long step,
      OptionalDouble trainingLoss,
      OptionalDouble validationLoss,
      Map<String, Figure> figures) {
    this(theta, step, trainingLoss, validationLoss, figures, List.of());
  }

  /** A theta of which nothing was measured. */
  public static TrainingResult of(NDArray theta, long step) {
    return new TrainingResult(
        theta, step, OptionalDouble.empty(), OptionalDouble.empty(), Map.of());
  }
}
