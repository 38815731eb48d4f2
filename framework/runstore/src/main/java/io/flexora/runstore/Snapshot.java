package io.flexora.runstore;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.State;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A phase's state outside of the engine. */
record Snapshot(long step, Map<String, StoredArray> arrays, Map<String, Object> values) {

  Snapshot {
    arrays = Map.copyOf(arrays);
    values = Map.copyOf(values);
  }

  static Snapshot of(State state) {
    Map<String, StoredArray> arrays = new TreeMap<>();
    state.arrays().forEach((name, array) -> arrays.put(name, StoredArray.of(name, array)));
    return new Snapshot(state.step(), arrays, state.values());
  }

  State toState(NDManager manager) {
    Map<String, NDArray> restored = new HashMap<>();
    arrays.forEach((name, array) -> restored.put(name, array.toArray(manager)));
    return new State(step, restored, values);
  }
}
