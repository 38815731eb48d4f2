package io.flexora.numerics.transformer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchScript;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures what the layers of an adapted transformer do to tokens; see {@link LayerActivity}. The
 * model's text, the same as {@link Differentiation} takes, is compiled once more, from layer 0 on
 * and with adapters that measure: what is trained and scored with stays as it is.
 *
 * <p>What an adapter adds is its output minus what it was given, both in float64. What the frozen
 * module puts out is computed anew without its bias, in the type that the model computes in, in all
 * layers, whether they have an adapter or not.
 *
 * @since 0.1
 */
public final class ActivityMeter {

  private static final String RESOURCE = "activity.torchscript";
  private static final int ADAPTER = 0;
  private static final int FROZEN = 1;
  private static final int KINDS = 2;

  private final AdapterLayout layout;
  private final TorchScript script;
  private final ScriptInputs common;

  private ActivityMeter(AdapterLayout layout, TorchScript script, ScriptInputs common) {
    this.layout = layout;
    this.script = script;
    this.common = common;
  }

  /**
   * Compiles a model's text together with the meter.
   *
   * @param owner the methods live no longer than it does
   * @param text the model's methods, as for {@link Differentiation}; {@code segment} has to compute
   *     all tokens in all layers
   * @param type the type of theta
   */
  public static ActivityMeter compile(
      NDManager owner, AdapterLayout layout, String text, DataType type) {
    String whole =
        text
            + Differentiation.sharedText()
            + ModelText.resource(RESOURCE)
            + new AdapterText(layout).measuring();
    Map<String, Object> constants = constants(layout, owner.getDevice());
    TorchScript script = TorchScript.compile(owner, ModelText.filled(whole, constants));
    return new ActivityMeter(layout, script, ScriptInputs.of(owner, layout, type));
  }

  /** Every layer counts as adapted; two arrays, for the meter, follow those of its adapters. */
  private static Map<String, Object> constants(AdapterLayout layout, Device device) {
    Map<String, Object> values = ModelText.constants(layout, 1, Derivatives.FIRST, device);
    values.put("merges", ModelText.truth(false));
    values.put("lowest", 0);
    values.put("bounds", List.of(0, layout.layers()));
    values.put("adapted", layout.positions());
    values.put("adapter_pieces", layout.pieces());
    values.put("positions", IntStream.range(0, layout.layers()).boxed().toList());
    values.put("pieces", layout.pieces() + 2);
    values.put("constant_positions", layout.positions().stream().map(i -> Math.max(0, i)).toList());
    int modules = Math.max(1, layout.layers() * layout.modules().size());
    values.put("no_dropout", Collections.nCopies(modules, -1));
    return values;
  }

  /** The compiled methods, in which layer 0 is the lowest adapted one. */
  public TorchScript script() {
    return script;
  }

  /**
   * Measures.
   *
   * @param scope the owner of temporary arrays
   * @param point the parameters and gates; its dropout is left out
   * @param weights the frozen arrays
   * @param batch the arrays of a batch, the first of which is the input of layer 0
   * @param counted for each token 1 if it counts, 0 if it is padding, float64, of the shape of the
   *     states without their last dimension
   */
  public LayerActivity measure(
      NDManager scope, Point point, List<NDArray> weights, List<NDArray> batch, NDArray counted) {
    try (NDManager temporary = scope.newSubManager()) {
      Arguments arguments = common.at(temporary, point, weights, batch).with("counted", counted);
      NDList results = script.call("activity", arguments);
      double[] squares = ArrayValues.of(results.get(0));
      double[] angles = ArrayValues.of(results.get(1));
      return new LayerActivity(
          Math.round(ArrayValues.of(results.get(2))[0]),
          ofKind(ADAPTER, squares),
          ofKind(FROZEN, squares),
          Arrays.stream(angles).boxed().toList());
    }
  }

  /** For each layer, the sums of its modules in the order of the plan. */
  private List<List<Double>> ofKind(int kind, double[] squares) {
    List<String> order = layout.modules().stream().map(ModuleShape::name).toList();
    return IntStream.range(0, layout.layers())
        .mapToObj(
            layer ->
                layout.plan().modules().stream()
                    .map(name -> layer * order.size() + order.indexOf(name))
                    .map(at -> squares[KINDS * at + kind])
                    .toList())
        .toList();
  }
}
