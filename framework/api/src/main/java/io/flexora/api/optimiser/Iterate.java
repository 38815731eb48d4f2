package io.flexora.api.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A point of an optimiser; also a direction or a cotangent of one, which has the same parts.
 *
 * @param theta the parameters, flat
 * @param state the arrays that the optimiser keeps, by name; each of theta's shape
 * @since 0.1
 */
public record Iterate(NDArray theta, Map<String, NDArray> state) {

  private static final String THETA = "theta";

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if the optimiser calls a part of its state {@code theta}
   */
  public Iterate {
    state = Map.copyOf(state);
    if (state.containsKey(THETA)) {
      throw new IllegalArgumentException("an optimiser's state cannot be called theta");
    }
  }

  /**
   * Takes an iterate apart from its arrays.
   *
   * @param arrays as {@link #arrays} gave them
   */
  public static Iterate of(Map<String, NDArray> arrays) {
    Map<String, NDArray> state = new HashMap<>(arrays);
    NDArray theta = state.remove(THETA);
    return new Iterate(theta, state);
  }

  /** All arrays by name, theta under {@code theta}. */
  public Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new TreeMap<>(state);
    arrays.put(THETA, theta);
    return arrays;
  }

  /** An array of the optimiser's state. */
  public NDArray state(String name) {
    return state.get(name);
  }

  /** Makes a scope the owner of all arrays. */
  public Iterate attachTo(NDManager scope) {
    theta.attach(scope);
    state.values().forEach(array -> array.attach(scope));
    return this;
  }
}
