package io.flexora.selector.pruned;

import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.ModuleValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The parts of adapters on all layers that are dropped or kept as a whole. Each is called by the
 * place of its gate.
 *
 * @param gates a gate for each part
 * @param costs the parameters of each
 * @param layers the layers of the model
 * @param modules the adapted modules of a layer
 */
record PrunableParts(GateIndex gates, List<Long> costs, int layers, List<ModuleShape> modules) {

  static PrunableParts of(GateIndex.Layout layout, SelectionBounds bounds, String user) {
    GateIndex gates = bounds.gates(layout, user);
    return new PrunableParts(
        gates,
        gates.gates().stream().map(gate -> cost(gate, bounds)).toList(),
        bounds.shape().layers(),
        bounds.targets());
  }

  private static long cost(GateIndex.Gate gate, SelectionBounds bounds) {
    long layers = gate.layer().isPresent() ? 1 : bounds.shape().layers();
    List<ModuleShape> modules = gate.module().map(List::of).orElseGet(bounds::targets);
    boolean component = gate.component().isPresent();
    return layers * modules.stream().mapToLong(m -> cost(m, component, bounds)).sum();
  }

  private static long cost(ModuleShape module, boolean component, SelectionBounds bounds) {
    List<AdapterParameter> parameters =
        component
            ? bounds.adapter().ranked().orElseThrow().parameters(module, 1)
            : bounds.adapter().parameters(module);
    return parameters.stream().mapToLong(p -> p.shape().size()).sum();
  }

  int size() {
    return costs.size();
  }

  GateIndex.Layout layout() {
    return gates.layout();
  }

  /** The parameters of all parts. */
  long total() {
    return cost(IntStream.range(0, size()).boxed().toList());
  }

  /** The parameters of some parts. */
  long cost(List<Integer> some) {
    return some.stream().mapToLong(costs::get).sum();
  }

  /** The layer of a part; -1 where it belongs to all. */
  int layer(int part) {
    return gates.gates().get(part).layer().orElse(-1);
  }

  /**
   * The choice of some parts.
   *
   * @param kept the parts, ascending
   * @param name the name of the scores
   * @param scores a score of each part; empty for none
   */
  Selection selection(List<Integer> kept, String name, List<Double> scores) {
    List<GateIndex.Gate> some = kept.stream().map(gates.gates()::get).toList();
    return switch (layout()) {
      case LAYER ->
          new Selection(
              some.stream().map(gate -> gate.layer().getAsInt()).toList(),
              scores.isEmpty() ? Map.of() : Map.of(name, scores));
      case MODULE ->
          ofModules(
              IntStream.range(0, layers)
                  .boxed()
                  .flatMap(l -> some.stream().map(gate -> ChosenModule.of(l, name(gate))))
                  .toList(),
              name,
              scores.isEmpty()
                  ? List.of()
                  : Collections.nCopies(layers, scores).stream().flatMap(List::stream).toList());
      case LAYER_MODULE ->
          ofModules(
              some.stream()
                  .map(gate -> ChosenModule.of(gate.layer().getAsInt(), name(gate)))
                  .toList(),
              name,
              scores);
      case COMPONENT -> ofRanks(kept);
    };
  }

  private static String name(GateIndex.Gate gate) {
    return gate.module().orElseThrow().name();
  }

  private Selection ofModules(List<ChosenModule> chosen, String name, List<Double> scores) {
    if (scores.isEmpty()) {
      return Selection.ofModules(chosen, Map.of(), Map.of(), List.of());
    }
    ModuleValues values = new ModuleValues(names(), scores);
    return Selection.ofModules(
        chosen, Map.of(name, values.means()), Map.of(name, values.byModule()), List.of());
  }

  /** A module's rank is the number of its components that are kept. */
  private Selection ofRanks(List<Integer> kept) {
    double[] ranks = new double[layers * modules.size()];
    for (int part : kept) {
      ranks[layer(part) * modules.size() + names().indexOf(name(gates.gates().get(part)))]++;
    }
    List<ChosenModule> chosen = new ArrayList<>();
    for (int i = 0; i < ranks.length; i++) {
      if (ranks[i] > 0) {
        String module = names().get(i % modules.size());
        chosen.add(ChosenModule.of(i / modules.size(), module, (int) ranks[i]));
      }
    }
    return ofModules(
        chosen, "rank", IntStream.range(0, ranks.length).mapToObj(i -> ranks[i]).toList());
  }

  private List<String> names() {
    return modules.stream().map(ModuleShape::name).toList();
  }
}
