package io.flexora.api.hpo;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.TreeSet;

/**
 * The state of the inner optimisation between two outer steps.
 *
 * @param steps the inner steps done so far
 * @param arrays theta under {@code theta}, and whatever the solver's optimiser keeps
 * @since 0.1
 */
public record InnerState(long steps, Map<String, NDArray> arrays) {

  /** The key of theta. */
  public static final String THETA = "theta";

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if theta is not in it
   */
  public InnerState {
    arrays = Map.copyOf(arrays);
    if (!arrays.containsKey(THETA)) {
      throw new IllegalArgumentException(
          "an inner state needs an array '%s'; it has %s"
              .formatted(THETA, arrays.isEmpty() ? "none" : new TreeSet<>(arrays.keySet())));
    }
  }

  /** Theta. */
  public NDArray theta() {
    return arrays.get(THETA);
  }
}
