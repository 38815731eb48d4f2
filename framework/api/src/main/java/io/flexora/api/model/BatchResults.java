package io.flexora.api.model;

/**
 * Takes what was computed of some batches, in their order; see {@link AdaptedModel#eachBatch}.
 *
 * @param <T> the result of a batch
 * @since 0.1
 */
@FunctionalInterface
public interface BatchResults<T> {

  /**
   * Takes the result of a batch.
   *
   * @param index the number of the batch, from 0
   */
  void take(int index, T result);
}
