package io.flexora.api.plan;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The gate that each element of alpha stands for.
 *
 * @param layout the layout
 * @param gates the gates in the order of alpha: by layer, module and component
 * @since 0.1
 */
public record GateIndex(Layout layout, List<Gate> gates) {

  /**
   * A placement of the gates of a bilevel problem. All gates are 1 where the alphas of a softmax
   * are equal, so that alpha = 0 is the model without gates.
   */
  public enum Layout {
    /** One for each adapted layer: of n layers, {@code n softmax(alpha)}, as Flexora has it. */
    LAYER,
    /** One for each module, the same in all layers: of m modules, {@code m softmax(alpha)}. */
    MODULE,
    /** One for each module of each layer, all in one softmax: {@code n m softmax(alpha)}. */
    LAYER_MODULE,
    /**
     * One for each rank-one part of each module of each layer, as AutoLoRA has it. The parts of a
     * module share a softmax: of r parts, {@code r softmax(alpha)}.
     */
    COMPONENT;

    /** The word that chooses it, such as {@code layer-module}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * The layer, module or component that an element of alpha multiplies.
   *
   * @param layer the layer; empty for all layers
   * @param module the module; empty for all modules of the layer
   * @param component the number of the module's rank-one part, from 0; empty for all of them
   * @param group the softmax that it belongs to, from 0
   */
  public record Gate(
      OptionalInt layer, Optional<ModuleShape> module, OptionalInt component, int group) {

    /** Requires all components. */
    public Gate {
      Objects.requireNonNull(layer);
      Objects.requireNonNull(module);
      Objects.requireNonNull(component);
    }

    /** Whether it multiplies the adapter of a module, or a part of that adapter. */
    public boolean multiplies(int inLayer, ModuleShape of) {
      return (layer.isEmpty() || layer.getAsInt() == inLayer)
          && (module.isEmpty() || module.get().name().equals(of.name()));
    }
  }

  /** Copies the gates. */
  public GateIndex {
    gates = List.copyOf(gates);
  }

  /** A gate for each layer. */
  public static GateIndex ofLayers(int layers) {
    return new GateIndex(
        Layout.LAYER,
        IntStream.range(0, layers)
            .mapToObj(layer -> gate(OptionalInt.of(layer), Optional.empty()))
            .toList());
  }

  /**
   * The gates of adapters.
   *
   * @param layers the adapted layers, ascending
   * @param modules the adapted modules of each of them, in the order of the forward pass
   * @param method the adapter method, which has a {@linkplain AdapterMethod#ranked rank} where
   *     parts are gated
   * @throws IllegalArgumentException if it has none
   */
  public static GateIndex of(
      Layout layout, List<Integer> layers, List<ModuleShape> modules, AdapterMethod method) {
    return new GateIndex(
        layout,
        switch (layout) {
          case LAYER ->
              layers.stream().map(layer -> gate(OptionalInt.of(layer), Optional.empty())).toList();
          case MODULE ->
              modules.stream().map(m -> gate(OptionalInt.empty(), Optional.of(m))).toList();
          case LAYER_MODULE ->
              layers.stream()
                  .flatMap(
                      layer ->
                          modules.stream().map(m -> gate(OptionalInt.of(layer), Optional.of(m))))
                  .toList();
          case COMPONENT -> components(layers, modules, method);
        });
  }

  private static Gate gate(OptionalInt layer, Optional<ModuleShape> module) {
    return new Gate(layer, module, OptionalInt.empty(), 0);
  }

  private static List<Gate> components(
      List<Integer> layers, List<ModuleShape> modules, AdapterMethod method) {
    AdapterMethod.Ranked ranked =
        method
            .ranked()
            .orElseThrow(
                () -> new IllegalArgumentException("the adapter method has no rank-one parts"));
    List<Gate> gates = new ArrayList<>();
    int group = 0;
    for (int layer : layers) {
      for (ModuleShape module : modules) {
        for (int j = 0; j < ranked.rank(module); j++) {
          gates.add(new Gate(OptionalInt.of(layer), Optional.of(module), OptionalInt.of(j), group));
        }
        group++;
      }
    }
    return gates;
  }

  /** The length of alpha. */
  public int size() {
    return gates.size();
  }

  /** The places in alpha of each softmax, in the order of the groups. */
  public Collection<List<Integer>> groups() {
    Map<Integer, List<Integer>> groups = new TreeMap<>();
    for (int i = 0; i < gates.size(); i++) {
      groups.computeIfAbsent(gates.get(i).group(), g -> new ArrayList<>()).add(i);
    }
    return groups.values();
  }

  /**
   * The gates of an alpha: of a group of k, {@code k softmax(alpha)}.
   *
   * @param alpha as many numbers as there are gates
   */
  public List<Double> values(List<Double> alpha) {
    Double[] values = new Double[size()];
    for (List<Integer> group : groups()) {
      // Shifted by the largest so that no power overflows.
      double largest = group.stream().mapToDouble(alpha::get).max().orElse(0);
      double sum = group.stream().mapToDouble(i -> Math.exp(alpha.get(i) - largest)).sum();
      group.forEach(i -> values[i] = group.size() * Math.exp(alpha.get(i) - largest) / sum);
    }
    return List.of(values);
  }
}
