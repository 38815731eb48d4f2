package io.flexora.api.gradient;

import ai.djl.ndarray.NDArray;
import io.flexora.api.adapter.AdapterSite;
import java.util.List;
import java.util.Optional;

/**
 * The class outputs of an example and their gradients at the outputs of adapted modules.
 *
 * <p>The class outputs are the logits of a head's classes; the logits of the answers' tokens, where
 * each choice of a question is a single token after the same prompt; and otherwise the
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
 * @param features the input of the head {@code [1, hidden]}, of theta's type; empty for a model
 *     without a head that is trained
 * @since 0.1
 */
// Bulk data of one call; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
public record ExampleGradients(
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
   * The inputs and the output gradients of a module, for each counted token.
   *
   * @param site the module
   * @param inputs its inputs {@code [tokens, inputs]}, of theta's type
   * @param gradients the gradient of each class output, or of its difference from the first one, in
   *     the module's outputs {@code [classes, tokens, outputs]}, of theta's type
   */
  public record ModuleGradients(AdapterSite site, NDArray inputs, NDArray gradients) {}
}
