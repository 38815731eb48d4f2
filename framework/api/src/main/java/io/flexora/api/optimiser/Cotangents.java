package io.flexora.api.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The cotangents before an optimiser step, by its reverse.
 *
 * @param before the cotangent of the iterate before the step, along every path but the one through
 *     the gradient
 * @param gradient the cotangent of the gradient that the step was given {@code [parameters]}
 * @since 0.1
 */
public record Cotangents(Iterate before, NDArray gradient) {

  /** Makes a scope the owner of all arrays. */
  public Cotangents attachTo(NDManager scope) {
    gradient.attach(scope);
    before.attachTo(scope);
    return this;
  }
}
