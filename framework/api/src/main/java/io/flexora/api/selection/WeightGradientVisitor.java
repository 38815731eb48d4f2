package io.flexora.api.selection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterSite;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes gradients of the loss in frozen matrices.
 *
 * @since 0.1
 */
@ConsumerType
@FunctionalInterface
public interface WeightGradientVisitor {

  /**
   * Takes the gradient in a matrix. It is freed after the call.
   *
   * @param scope the owner of the gradient and of temporary arrays
   * @param site the module whose matrix it is
   * @param gradient {@code [outputs, inputs]}, of theta's type
   */
  void visit(NDManager scope, AdapterSite site, NDArray gradient);
}
