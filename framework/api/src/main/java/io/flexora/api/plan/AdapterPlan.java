package io.flexora.api.plan;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A plan of the parameters to train on top of a frozen model.
 *
 * @param method the adapter method
 * @param layers the layers to adapt, ascending and distinct; empty to train the head alone
 * @param modules the names of the modules to adapt in each of these layers
 * @param head the head behind the layers
 * @param objective the objective where there is no head
 * @param start the initial values of the adapters, and their constants; empty where the method
 *     draws its initial values alone and has no constants
 * @param chosen the modules that are adapted, at least one of each layer, where these are not all
 *     {@code modules} of all layers, or have ranks of their own; empty where they are
 * @param gates where the gates of a point with gates sit
 * @param adapterName the name of the adapter in the configuration; empty where none has chosen it
 * @since 0.1
 */
public record AdapterPlan(
    AdapterMethod method,
    List<Integer> layers,
    List<String> modules,
    Head head,
    Objective objective,
    Optional<AdapterStart> start,
    List<ChosenModule> chosen,
    GateIndex.Layout gates,
    Optional<String> adapterName) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the layers are not ascending and distinct, or the chosen
   *     modules are not of all these layers and of these modules alone
   */
  public AdapterPlan {
    layers = List.copyOf(layers);
    modules = List.copyOf(modules);
    chosen = List.copyOf(chosen);
    requireChosen(layers, modules, chosen);
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i - 1) >= layers.get(i)) {
        throw new IllegalArgumentException("layers are not ascending and distinct: " + layers);
      }
    }
  }

  private static void requireChosen(
      List<Integer> layers, List<String> modules, List<ChosenModule> chosen) {
    List<Integer> of = chosen.stream().map(ChosenModule::layer).distinct().sorted().toList();
    if (!chosen.isEmpty()
        && !(of.equals(layers) && chosen.stream().allMatch(c -> modules.contains(c.module())))) {
      throw new IllegalArgumentException(
          "the chosen modules %s are not of the layers %s and of the modules %s"
              .formatted(chosen, layers, modules));
    }
  }

  /** A plan whose loss, without a head, is that of the right answer. */
  public AdapterPlan(AdapterMethod method, List<Integer> layers, List<String> modules, Head head) {
    this(method, layers, modules, head, Objective.ANSWER);
  }

  /**
   * A plan of all modules of all its layers, with a gate for each layer, whose adapters start from
   * what the method draws.
   */
  public AdapterPlan(
      AdapterMethod method,
      List<Integer> layers,
      List<String> modules,
      Head head,
      Objective objective) {
    this(
        method,
        layers,
        modules,
        head,
        objective,
        Optional.empty(),
        List.of(),
        GateIndex.Layout.LAYER,
        Optional.empty());
  }

  /** The same plan with adapters that start from something else. */
  public AdapterPlan withStart(AdapterStart other) {
    return new AdapterPlan(
        method, layers, modules, head, objective, Optional.of(other), chosen, gates, adapterName);
  }

  /** The same plan that adapts some modules of its layers, or gives them ranks. */
  public AdapterPlan withChosen(List<ChosenModule> some) {
    return new AdapterPlan(
        method, layers, modules, head, objective, start, some, gates, adapterName);
  }

  /** The same plan with gates elsewhere. */
  public AdapterPlan withGates(GateIndex.Layout layout) {
    return new AdapterPlan(
        method, layers, modules, head, objective, start, chosen, layout, adapterName);
  }

  /** The same plan with the name by which a configuration has chosen the adapter. */
  public AdapterPlan withAdapterName(String name) {
    return new AdapterPlan(
        method, layers, modules, head, objective, start, chosen, gates, Optional.of(name));
  }

  /** The adapter for a message: {@code adapter 'lora'}, or {@code the adapter} without a name. */
  public String adapterPhrase() {
    return adapterName.map("adapter '%s'"::formatted).orElse("the adapter");
  }

  /** Whether a module of a layer is adapted. */
  public boolean adapts(AdapterSite site) {
    return layers.contains(site.layer())
        && modules.contains(site.module().name())
        && (chosen.isEmpty() || chosen(site).isPresent());
  }

  /** Whether a module shares its adapter with the same module of other layers. */
  public boolean isShared(AdapterSite site) {
    return chosen(site).filter(ChosenModule::shared).isPresent();
  }

  /** Whether some modules share their adapters. */
  public boolean sharesAdapters() {
    return chosen.stream().anyMatch(ChosenModule::shared);
  }

  /** The parameters of a module that is adapted, by the method and the rank that was chosen. */
  public List<AdapterParameter> parameters(AdapterSite site) {
    OptionalInt rank = chosen(site).map(ChosenModule::rank).orElse(OptionalInt.empty());
    return rank.isPresent()
        ? method.ranked().orElseThrow().parameters(site.module(), rank.getAsInt())
        : method.parameters(site.module());
  }

  private Optional<ChosenModule> chosen(AdapterSite site) {
    return chosen.stream()
        .filter(c -> c.layer() == site.layer() && c.module().equals(site.module().name()))
        .findFirst();
  }
}
