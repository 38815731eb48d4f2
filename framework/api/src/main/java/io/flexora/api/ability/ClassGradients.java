package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import java.util.List;
import java.util.Optional;
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

  /**
   * The class outputs of an example and their gradients at the outputs of adapted modules.
   *
   * <p>The class outputs are the logits of a head's classes; the logits of the answers' tokens,
   * where each choice of a question is a single token after the same prompt; and otherwise the
   * log-likelihood of each choice. The softmax of either is the probability of the classes.
   *
   * <p>A token counts if a class output can depend on what a module makes of it: padding does not,
   * and in a language model neither does the end of an answer, from which nothing is predicted.
   *
   * @param outputs the class outputs {@code [classes]}
   * @param scores the scores of the same classes, as by {@link
   *     io.flexora.api.model.AdaptedModel#scores}
   * @param read the tokens that the class outputs are computed from at the top of the model, as
   *     indices among the tokens that count, ascending
   * @param modules the adapted modules, by layer and in the order of the forward pass
   * @param features the input of the last layer of the head {@code [1, hidden]}, of theta's type;
   *     empty for a model without a head that is trained
   */
  // Bulk data of one call; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  record ExampleGradients(
      double[] outputs,
      double[] scores,
      int[] read,
      List<ModuleGradients> modules,
      Optional<NDArray> features) {

    /** Copies the list. */
    public ExampleGradients {
      modules = List.copyOf(modules);
    }

    /**
     * The inputs and the output gradients of a module, for each counted token and, behind them, for
     * each row of a table that the module is applied to.
     *
     * @param site the module
     * @param inputs its inputs {@code [tokens + rows, inputs]}, of theta's type
     * @param gradients the gradient of each class output, or of its difference from the first one,
     *     in the module's outputs {@code [classes, tokens + rows, outputs]}, of theta's type
     */
    public record ModuleGradients(AdapterSite site, NDArray inputs, NDArray gradients) {}
  }
}
