package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the inputs of the adapted modules of a transformer. The model's text, the same as {@link
 * Differentiation} takes, is compiled once more, with adapters that copy what they see.
 *
 * @since 0.1
 */
public final class ActivationReader {

  private static final String RESOURCE = "inputs.torchscript";

  private final AdapterLayout layout;
  private final TorchScript script;
  private final ScriptInputs common;

  private ActivationReader(AdapterLayout layout, TorchScript script, ScriptInputs common) {
    this.layout = layout;
    this.script = script;
    this.common = common;
  }

  /**
   * Compiles a model's text together with the reader.
   *
   * @param owner the methods live no longer than it does
   * @param text the model's methods, as for {@link Differentiation}; {@code segment} has to compute
   *     all tokens in all layers
   * @param type the type of theta
   */
  public static ActivationReader compile(
      NDManager owner, AdapterLayout layout, String text, DataType type) {
    String whole =
        text
            + Differentiation.sharedText()
            + ModelText.resource(RESOURCE)
            + new AdapterText(layout).reading();
    Map<String, Object> values = ModelText.readingConstants(layout, 1, 1, owner.getDevice());
    TorchScript script = TorchScript.compile(owner, ModelText.filled(whole, values));
    return new ActivationReader(layout, script, ScriptInputs.of(owner, layout, type));
  }

  /**
   * Reads the inputs of all adapted modules, by layer.
   *
   * @param scope the owner of temporary arrays
   * @param point the parameters and gates; its dropout is left out
   * @param weights the frozen arrays
   * @param batch the arrays of a batch, the first of which is the input of the lowest adapted layer
   * @param tokens the tokens that count, as places among the states without their last dimension
   */
  public void read(
      NDManager scope,
      Point point,
      List<NDArray> weights,
      List<NDArray> batch,
      long[] tokens,
      ActivationVisitor visitor) {
    List<Integer> layers = layout.plan().layers();
    if (layers.isEmpty() || layout.modules().isEmpty() || tokens.length == 0) {
      return;
    }
    List<NDArray> arrays = new ArrayList<>(batch);
    try (NDManager states = scope.newSubManager()) {
      for (int layer = layout.lowest(); layer <= layers.get(layers.size() - 1); layer++) {
        NDArray next = layer(states, point, weights, arrays, tokens, layer, visitor);
        if (layer > layout.lowest()) {
          arrays.get(0).close();
        }
        arrays.set(0, next);
      }
    }
  }

  /**
   * Computes one layer, and reads the inputs of its adapted modules.
   *
   * @param scope the owner of the result
   * @param weights the frozen arrays; those of other layers are not looked at
   * @param batch the arrays of a batch, the first of which is the input of the layer
   * @return what comes out of the layer
   */
  public NDArray layer(
      NDManager scope,
      Point point,
      List<NDArray> weights,
      List<NDArray> batch,
      long[] tokens,
      int layer,
      ActivationVisitor visitor) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments =
          common
              .at(temporary, point, weights, batch)
              .with("rows", NativeArrays.of(temporary, tokens))
              .with("layer", layer);
      NDList results = script.call("layer_inputs", arguments);
      if (layout.plan().layers().contains(layer)) {
        visit(temporary, layer, results, visitor);
      }
      results.get(0).attach(scope);
      return results.get(0);
    }
  }

  private void visit(NDManager scope, int layer, NDList results, ActivationVisitor visitor) {
    for (int m = 0; m < layout.modules().size(); m++) {
      AdapterSite site = new AdapterSite(layer, layout.modules().get(m));
      if (layout.adapts(site)) {
        visitor.visit(scope, site, results.get(1 + m));
      }
    }
  }
}
