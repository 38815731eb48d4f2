package io.flexora.api.selection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The model and the examples of a selection. Its abilities are those of the frozen model, which is
 * loaded when one is first asked for.
 *
 * @since 0.1
 */
@ProviderType
public interface SelectionContext extends SelectionBounds, HasAbilities {

  /**
   * Makes the bilevel problem with gated adapters on all targets of all layers, and a gate for each
   * layer. The model is loaded on the first call. The same options give the same problem.
   */
  BilevelProblem problem(ProblemOptions options);

  /**
   * The same with gates elsewhere.
   *
   * @param gates where they sit; see {@link #gates}
   */
  default BilevelProblem problem(ProblemOptions options, GateIndex.Layout gates) {
    if (gates == GateIndex.Layout.LAYER) {
      return problem(options);
    }
    throw new UnsupportedOperationException("this context has a gate for each layer only");
  }

  /**
   * The same with adapters on some layers only. The others are as in the frozen model: no gradient
   * is taken of them, and those below the lowest of these layers are computed without a graph. The
   * gates are {@linkplain SelectionBounds#gates(GateIndex.Layout, List, String) those of these
   * layers}.
   *
   * @param layers the layers, ascending, at least one
   */
  default BilevelProblem problem(
      ProblemOptions options, GateIndex.Layout gates, List<Integer> layers) {
    if (layers.size() == shape().layers()) {
      return problem(options, gates);
    }
    throw new UnsupportedOperationException("this context has adapters on all layers only");
  }

  /** The training examples as the model sees them. */
  List<Tokens> trainingExamples();

  /**
   * Passes the gradients of the training loss in the frozen matrices of some layers' {@linkplain
   * #targets target modules} to a visitor, without any adapter and dropout: one batch after the
   * other, each with the gradients of its mean loss. The matrices of these layers are
   * differentiated together, which takes as much memory as they have once more.
   *
   * @param scope the owner of temporary arrays
   * @param layers ascending
   * @param batches examples that go through the model together
   */
  void weightGradients(
      NDManager scope,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor);

  /**
   * Passes the inputs (activations) of the {@linkplain #targets target modules} of all layers to a
   * visitor, without any adapter and dropout: batch by batch, in a batch by site, so that no more
   * than a layer of a batch is in memory.
   *
   * @param batches examples that go through the model together
   * @param tokens the tokens that count; padding never does
   * @throws io.flexora.api.run.FlexoraException if the model does not show its activations
   */
  default void activations(
      List<List<Tokens>> batches, CountedTokens tokens, ActivationVisitor visitor) {
    throw HasAbilities.missing(ModuleActivations.class, "the strategy", "this context");
  }

  /**
   * Trains adapters on all targets of all layers as the experiment trains a cell that adapts all:
   * by its trainer, from the same initial values, with the same batches and as many steps, which
   * the monitor is told of. It uses the context's checkpoints, and goes on from the newest. A
   * strategy that asks for this {@linkplain Selector#choosesFromTrained says so}, and asks once.
   */
  default TrainedAdapters trained() {
    throw new UnsupportedOperationException("this context trains nothing");
  }

  /** The owner of what a strategy keeps between its steps; closed when it has chosen. */
  NDManager manager();

  /**
   * Whether the time that the search may take is over. A search of many steps asks after each,
   * where it could end with what it has found so far, and ends if it is.
   */
  default boolean timeIsUp() {
    return false;
  }

  /** The checkpoints of the search. */
  Checkpoints checkpoints();

  /** Where the search tells what it does. */
  Monitor monitor();

  /** Takes gradients of the loss in frozen matrices. */
  @ConsumerType
  @FunctionalInterface
  interface WeightGradientVisitor {

    /**
     * Takes the gradient in a matrix. It is freed after the call.
     *
     * @param scope the owner of the gradient and of temporary arrays
     * @param site the module whose matrix it is
     * @param gradient {@code [outputs, inputs]}, of theta's type
     */
    void visit(NDManager scope, AdapterSite site, NDArray gradient);
  }
}
