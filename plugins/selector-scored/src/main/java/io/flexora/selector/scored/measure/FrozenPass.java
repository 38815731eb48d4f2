package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerwiseModel;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.input.Tokens;
import java.util.List;
import java.util.Map;

/**
 * Takes one example through the frozen model, layer by layer.
 *
 * @param model the model
 * @param layers its layers
 */
public record FrozenPass(LayerwiseModel model, int layers) {

  /** Takes the states between two layers. */
  @FunctionalInterface
  public interface StateVisitor {

    /**
     * Takes states.
     *
     * @param layer the layer that they enter; the number of layers for those that leave the last
     * @param rows the states of all tokens {@code [tokens, hidden]}, freed after the call
     */
    void visit(int layer, NDArray rows);
  }

  public void run(NDManager scope, Tokens example, StateVisitor states, ActivationVisitor inputs) {
    NDManager held = scope.newSubManager();
    try (NDManager fixed = scope.newSubManager()) {
      LayerwiseModel.States now = model.embedded(fixed, List.of(example));
      states.visit(0, rows(now));
      for (int layer = 0; layer < layers; layer++) {
        NDManager next = scope.newSubManager();
        now = model.layer(next, now, layer, Map.of(), inputs);
        held.close();
        held = next;
        states.visit(layer + 1, rows(now));
      }
    } finally {
      held.close();
    }
  }

  private static NDArray rows(LayerwiseModel.States states) {
    return states.rows().get(0);
  }
}
