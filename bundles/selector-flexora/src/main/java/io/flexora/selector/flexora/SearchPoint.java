package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.run.State;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The point of a search between two steps: all that the next step depends on.
 *
 * @param step the steps on alpha that were done
 * @param inner where theta and its optimiser stand
 * @param outer where alpha and its optimiser stand
 * @param alphas alpha before the first step and after each, {@code [gates]} each
 */
record SearchPoint(long step, InnerState inner, Iterate outer, List<double[]> alphas) {

  private static final String INNER = "inner.";
  private static final String OUTER = "alpha.";
  private static final String INNER_STEPS = "inner_steps";
  private static final String ALPHAS = "alphas";

  /** Before the first step. */
  static SearchPoint start(InnerState inner, Iterate outer) {
    return new SearchPoint(0, inner, outer, List.of(values(outer.theta())));
  }

  /** After one step more. */
  SearchPoint next(InnerState nextInner, Iterate nextOuter) {
    List<double[]> all = new ArrayList<>(alphas);
    all.add(values(nextOuter.theta()));
    return new SearchPoint(step + 1, nextInner, nextOuter, all);
  }

  private static double[] values(NDArray alpha) {
    try (Workspace work = new Workspace(alpha.getManager())) {
      return work.share(alpha).toType(DataType.FLOAT64, false).toDoubleArray();
    }
  }

  static SearchPoint of(State state) {
    long innerSteps = ((Number) state.values().get(INNER_STEPS)).longValue();
    return new SearchPoint(
        state.step(),
        new InnerState(innerSteps, withPrefix(state.arrays(), INNER)),
        Iterate.of(withPrefix(state.arrays(), OUTER)),
        rows(state.arrays().get(ALPHAS)));
  }

  private static List<double[]> rows(NDArray array) {
    double[] all = array.toDoubleArray();
    int gates = (int) array.getShape().get(1);
    return IntStream.range(0, all.length / gates)
        .mapToObj(row -> Arrays.copyOfRange(all, row * gates, (row + 1) * gates))
        .toList();
  }

  /**
   * What a checkpoint has to hold.
   *
   * @param scope the owner of the array that is made for it
   */
  State state(NDManager scope) {
    Map<String, NDArray> arrays = new TreeMap<>();
    inner.arrays().forEach((name, array) -> arrays.put(INNER + name, array));
    outer.arrays().forEach((name, array) -> arrays.put(OUTER + name, array));
    double[] all = alphas.stream().flatMapToDouble(Arrays::stream).toArray();
    Shape shape = new Shape(alphas.size(), all.length / alphas.size());
    arrays.put(ALPHAS, NativeArrays.of(scope, all, shape));
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
