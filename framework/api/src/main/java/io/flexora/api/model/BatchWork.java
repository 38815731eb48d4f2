package io.flexora.api.model;

import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;

/**
 * A computation on each of some batches; see {@link AdaptedModel#eachBatch}. It may be called from
 * several threads at the same time, for different batches.
 *
 * @param <T> the result of a batch; arrays are in a {@link LossGradient} or a {@link Direction}
 * @since 0.1
 */
@FunctionalInterface
public interface BatchWork<T> {

  /**
   * Computes a batch.
   *
   * @param model the model to compute with, which is on the device of the scope
   * @param scope the owner of the batch and of the result
   * @param index the number of the batch, from 0
   */
  T of(AdaptedModel model, NDManager scope, int index);
}
