package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link BaseModel} that computes one layer after the other, with other matrices where they are
 * given. So a layer can be changed in view of what the changed layers below it make of a text.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Compute one layer at a time.")
public interface LayerwiseModel extends ModelAbility {

  /** Tokens on their way through the layers. */
  interface States {

    /**
     * The hidden states of all tokens, one example after the other, as arrays {@code [tokens,
     * hidden]} of theta's type; more than one where the examples are computed in parts.
     */
    List<NDArray> rows();
  }

  /**
   * Puts examples, each with its right answer, on the device and computes what enters layer 0.
   *
   * @param scope the owner of the result
   */
  States embedded(NDManager scope, List<Tokens> examples);

  /**
   * Computes a layer.
   *
   * @param scope the owner of the result
   * @param before the input of the layer
   * @param matrices matrices {@code [outputs, inputs]} by the name of their module, to be used in
   *     place of the layer's own; may be empty
   * @param visitor takes the inputs of all modules of the layer
   */
  States layer(
      NDManager scope,
      States before,
      int layer,
      Map<String, NDArray> matrices,
      ActivationVisitor visitor);
}
