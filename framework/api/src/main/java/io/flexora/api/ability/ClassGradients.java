package io.flexora.api.ability;

import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.ExampleGradients;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An {@link AdaptedModel} that shows, example by example, the inputs of its adapted modules and the
 * gradients of its class outputs at what the modules put out. With these the Jacobian of the class
 * outputs in the parameters of an adapter, and Kronecker factors of their curvature, are sums of
 * outer products.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Show the gradients of its class outputs at its modules.")
public interface ClassGradients extends ModelAbility {

  /**
   * The functions of the class outputs that are differentiated. A softmax depends on the
   * differences between class outputs alone, for which one gradient less is enough.
   */
  enum Differentiated {
    /** Each class output. */
    OUTPUTS,

    /**
     * What each class output is above that of the first class, whose gradient is zero then and
     * takes no pass.
     */
    DIFFERENCES
  }

  /** Takes what is found, one example after the other. */
  @FunctionalInterface
  interface Visitor {

    /**
     * Takes an example. Its arrays are freed after the call.
     *
     * @param scope the owner of the arrays and of temporary ones
     * @param example the index of the example in the batch; they come in ascending order
     */
    void visit(NDManager scope, int example, ExampleGradients gradients);
  }

  /**
   * Passes the examples of a batch to a visitor, without dropout.
   *
   * @param scope the owner of temporary arrays
   * @param point the parameters and gates
   * @param layers the layers of the plan whose modules are shown, ascending; what lies below the
   *     first of them is not differentiated
   * @param differentiated the quantity that the gradients are of; the class outputs themselves are
   *     the same
   */
  void classGradients(
      NDManager scope,
      Batch batch,
      Point point,
      List<Integer> layers,
      Differentiated differentiated,
      Visitor visitor);
}
