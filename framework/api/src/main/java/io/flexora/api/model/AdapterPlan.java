package io.flexora.api.model;

import io.flexora.api.adapter.AdapterMethod;
import java.util.List;

/**
 * What to train on top of a frozen model.
 *
 * @param method the adapter method
 * @param layers the layers to adapt, ascending and distinct; empty to train the head alone
 * @param modules the names of the modules to adapt in each of these layers
 * @param classes the number of classes of a trained head; 0 for no head
 * @param objective what is learnt where there is no head
 * @since 0.1
 */
public record AdapterPlan(
    AdapterMethod method,
    List<Integer> layers,
    List<String> modules,
    int classes,
    Objective objective) {

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
}
