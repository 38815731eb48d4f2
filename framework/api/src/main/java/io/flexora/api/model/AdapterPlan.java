package io.flexora.api.model;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterStart;
import java.util.List;
import java.util.Optional;

/**
 * What to train on top of a frozen model.
 *
 * @param method the adapter method
 * @param layers the layers to adapt, ascending and distinct; empty to train the head alone
 * @param modules the names of the modules to adapt in each of these layers
 * @param classes the number of classes of a trained head; 0 for no head
 * @param objective what is learnt where there is no head
 * @param start what the adapters start from, and their constants; empty where the method draws its
 *     initial values alone and has no constants
 * @since 0.1
 */
public record AdapterPlan(
    AdapterMethod method,
    List<Integer> layers,
    List<String> modules,
    int classes,
    Objective objective,
    Optional<AdapterStart> start) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the layers are not ascending and distinct
   */
  public AdapterPlan {
    layers = List.copyOf(layers);
    modules = List.copyOf(modules);
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i - 1) >= layers.get(i)) {
        throw new IllegalArgumentException("layers are not ascending and distinct: " + layers);
      }
    }
  }

  /** A plan whose loss, without a head, is that of the right answer. */
  public AdapterPlan(
      AdapterMethod method, List<Integer> layers, List<String> modules, int classes) {
    this(method, layers, modules, classes, Objective.ANSWER);
  }

  /** A plan whose adapters start from what the method draws. */
  public AdapterPlan(
      AdapterMethod method,
      List<Integer> layers,
      List<String> modules,
      int classes,
      Objective objective) {
    this(method, layers, modules, classes, objective, Optional.empty());
  }

  /** The same plan with adapters that start from something else. */
  public AdapterPlan withStart(AdapterStart other) {
    return new AdapterPlan(method, layers, modules, classes, objective, Optional.of(other));
  }
}
