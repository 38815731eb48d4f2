package io.flexora.selector.flexora;

import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.SelectionBounds;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the largest gates whose adapters fit into a number of trainable parameters: from the
 * largest to the smallest each that still fits. It is the gate that decides, and not the gate for
 * each parameter: gates of one softmax lie close together, while modules differ in size by a
 * factor, so that the sizes would decide.
 *
 * @param parameters the most parameters of all adapters together, without a head
 * @param costs the parameters of what each gate multiplies
 */
record ParameterBudget(long parameters, List<Long> costs) {

  static ParameterBudget of(long parameters, GateIndex index, SelectionBounds bounds) {
    return new ParameterBudget(
        parameters, index.gates().stream().map(gate -> cost(gate, bounds)).toList());
  }

  private static long cost(GateIndex.Gate gate, SelectionBounds bounds) {
    long layers = gate.layer().isPresent() ? 1 : bounds.shape().layers();
    List<ModuleShape> modules = gate.module().map(List::of).orElseGet(bounds::targets);
    boolean part = gate.component().isPresent();
    return layers * modules.stream().mapToLong(m -> cost(m, part, bounds)).sum();
  }

  private static long cost(ModuleShape module, boolean part, SelectionBounds bounds) {
    List<AdapterParameter> parameters =
        part
            ? bounds.adapter().ranked().orElseThrow().parameters(module, 1)
            : bounds.adapter().parameters(module);
    return parameters.stream().mapToLong(p -> p.shape().size()).sum();
  }

  /**
   * Refuses a budget into which no gate fits, before a search is paid for.
   *
   * @throws FlexoraException if none does
   */
  void requireOne(String user) {
    long least = costs.stream().mapToLong(Long::longValue).min().orElse(0);
    if (least > parameters) {
      throw new IncompatibleOptionException(
          "parameters",
          "%s is to keep to parameters: %d, but the smallest choice has %d; write parameters: %d or more, or take a smaller lora_rank"
              .formatted(user, parameters, least, least));
    }
  }

  /** The gates that are kept, ascending. */
  List<Integer> choose(Gates gates) {
    long left = parameters;
    List<Integer> kept = new ArrayList<>();
    for (int gate : SelectionRule.byGate(gates)) {
      if (costs.get(gate) <= left) {
        left -= costs.get(gate);
        kept.add(gate);
      }
    }
    return kept.stream().sorted().toList();
  }
}
