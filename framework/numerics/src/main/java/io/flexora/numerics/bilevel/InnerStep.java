package io.flexora.numerics.bilevel;

import ai.djl.ndarray.NDArray;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.optimiser.Iterate;

/**
 * One optimiser step on theta, as a derivative of it needs it.
 *
 * @param number the number of the step in the search, which decides its batch
 * @param count the number of the step since the optimiser's initial state
 * @param at where the step began
 * @param record the gradient there, to be differentiated further
 * @since 0.1
 */
public record InnerStep(long number, long count, Iterate at, GradientRecord record) {

  /** The gradient {@code [parameters]}. */
  public NDArray gradient() {
    return record.value().theta();
  }
}
