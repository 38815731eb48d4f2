package io.flexora.api.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An optimiser with the forward derivative of its step, which solvers need that carry derivatives
 * along with theta.
 *
 * @since 0.1
 */
@ConsumerType
public interface ForwardDifferentiable extends Optimiser {

  /**
   * Pushes a direction forward through one step: {@code dStep/d(at, gradient) along}.
   *
   * @param scope the owner of what is returned; nothing else stays alive
   * @param along the direction
   * @return the direction of the iterate after the step
   */
  Iterate forward(NDManager scope, Optimiser.Step step, Tangents along);

  /**
   * A direction in what an optimiser step is given, along which the step is differentiated.
   *
   * @param before the direction of the iterate before the step
   * @param gradient the direction of the gradient
   */
  record Tangents(Iterate before, NDArray gradient) {}
}
