package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.plan.Point;
import io.flexora.numerics.torch.Arguments;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of every method of a model's text: theta, the gates, the frozen arrays with the
 * adapters' constants behind them, and the arrays of a batch.
 */
record ScriptInputs(AdapterLayout layout, DataType type, List<NDArray> constants) {

  /**
   * Makes the constants of the adapters.
   *
   * @param owner the owner of the constants
   * @param type the type of theta
   */
  static ScriptInputs of(NDManager owner, AdapterLayout layout, DataType type) {
    return new ScriptInputs(layout, type, layout.constants(owner, type));
  }

  /**
   * The arguments theta, alpha, w and b.
   *
   * @param scope the owner of temporary arrays and of the call's results
   */
  Arguments at(NDManager scope, Point point, List<NDArray> weights, List<NDArray> batch) {
    return new Arguments(scope)
        .with("theta", point.theta())
        .with("alpha", point.alpha().orElseGet(() -> noGates(scope)))
        .with("w", withConstants(weights))
        .with("b", batch);
  }

  /** Gates that change nothing. */
  NDArray noGates(NDManager scope) {
    return layout.noGates(scope, type);
  }

  List<NDArray> withConstants(List<NDArray> weights) {
    if (constants.isEmpty()) {
      return weights;
    }
    List<NDArray> all = new ArrayList<>(weights);
    all.addAll(constants);
    return all;
  }
}
