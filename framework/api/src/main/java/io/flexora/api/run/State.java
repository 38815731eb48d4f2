package io.flexora.api.run;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * The state from which a phase goes on from a step as if it had never stopped.
 *
 * @param step the steps that were done
 * @param arrays float32 or float64 arrays by name
 * @param values {@code Long}, {@code Integer}, {@code Double}, {@code Float}, {@code Boolean} and
 *     {@code String} by name, and lists and maps of these, with texts as keys; each comes back as
 *     it was, and nothing else can be saved
 * @since 0.1
 */
public record State(long step, Map<String, NDArray> arrays, Map<String, Object> values) {

  /** Copies the maps. */
  public State {
    arrays = Map.copyOf(arrays);
    values = Map.copyOf(values);
  }
}
