package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.run.State;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a search stands: all that the next step depends on.
 *
 * @param step the steps on alpha that were done
 * @param inner where theta and its optimiser stand
 * @param outer where alpha and its optimiser stand
 */
record SearchPoint(long step, InnerState inner, Iterate outer) {

  private static final String INNER = "inner.";
  private static final String OUTER = "alpha.";
  private static final String INNER_STEPS = "inner_steps";

  static SearchPoint of(State state) {
    long innerSteps = ((Number) state.values().get(INNER_STEPS)).longValue();
    return new SearchPoint(
        state.step(),
        new InnerState(innerSteps, withPrefix(state.arrays(), INNER)),
        Iterate.of(withPrefix(state.arrays(), OUTER)));
  }

  State state() {
    Map<String, NDArray> arrays = new TreeMap<>();
    inner.arrays().forEach((name, array) -> arrays.put(INNER + name, array));
    outer.arrays().forEach((name, array) -> arrays.put(OUTER + name, array));
    return new State(step, arrays, Map.of(INNER_STEPS, inner.steps()));
  }

  NDArray alpha() {
    return outer.theta();
  }

  /** Moves all arrays into the scope of a workspace. */
  SearchPoint keptBy(Workspace work) {
    inner.arrays().values().forEach(work::keep);
    outer.arrays().values().forEach(work::keep);
    return this;
  }

  private static Map<String, NDArray> withPrefix(Map<String, NDArray> arrays, String prefix) {
    return arrays.entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix))
        .collect(Collectors.toMap(e -> e.getKey().substring(prefix.length()), Map.Entry::getValue));
  }
}
