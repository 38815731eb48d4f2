package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Point;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import java.util.List;

/** The loss on all validation examples, every so many steps. */
final class Validation {

  private final BatchedLoss loss;
  private final List<int[]> batches;
  private final long every;

  Validation(AdaptedModel model, List<Tokens> examples, int batchSize, long every) {
    this.loss = new BatchedLoss(model, examples);
    this.batches = BatchOrder.sorted(examples.stream().map(Tokens::length).toList(), batchSize);
    this.every = every;
  }

  /** Whether there is an evaluation after so many steps; there always is one after the last. */
  boolean isDue(long step, boolean last) {
    return !batches.isEmpty() && (step % every == 0 || last);
  }

  double loss(NDManager scope, NDArray theta, long step) {
    double value = loss.loss(scope, batches, Point.of(theta));
    if (!Double.isFinite(value)) {
      throw new FlexoraException(
          ("training diverged: the validation loss after step %d is %s; lower learning_rate, or"
                  + " set max_grad_norm: 1")
              .formatted(step, value));
    }
    return value;
  }
}
