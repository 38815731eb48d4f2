package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import io.flexora.numerics.vector.Workspace;

/**
 * What the reverse of one optimiser step gives.
 *
 * @param before the cotangent of the iterate before the step, along every path but the one through
 *     the gradient
 * @param gradient the cotangent of the gradient that the step was given
 * @since 0.1
 */
public record Cotangents(Iterate before, NDArray gradient) {

  Cotangents keptBy(Workspace work) {
    work.keep(gradient);
    before.keptBy(work);
    return this;
  }
}
