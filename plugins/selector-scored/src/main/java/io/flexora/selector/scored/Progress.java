package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.run.State;
import io.flexora.numerics.optimiser.Iterate;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * How far a measurement has come.
 *
 * @param step the steps done, those of the warm-up included
 * @param iterate theta and what the optimiser of the warm-up keeps
 * @param sums for each layer, the sum of its scores
 */
record Progress(long step, Iterate iterate, List<Double> sums) {

  private static final String SUMS = "sums";

  static Progress start(InnerState state, int layers) {
    return new Progress(0, Iterate.of(state.arrays()), Collections.nCopies(layers, 0.0));
  }

  /** What a checkpoint holds; see {@link #state}. */
  static Progress of(State state) {
    Map<String, NDArray> arrays = new TreeMap<>(state.arrays());
    double[] sums = arrays.remove(SUMS).toDoubleArray();
    return new Progress(state.step(), Iterate.of(arrays), DoubleStream.of(sums).boxed().toList());
  }

  /** What a checkpoint has to hold to go on from here. */
  State state() {
    Map<String, NDArray> arrays = new TreeMap<>(iterate.arrays());
    double[] values = sums.stream().mapToDouble(Double::doubleValue).toArray();
    arrays.put(SUMS, NativeArrays.of(iterate.theta().getManager(), values));
    return new State(step, arrays, Map.of());
  }

  /** Moves the arrays to an owner. */
  void keptBy(NDManager owner) {
    iterate.arrays().values().forEach(array -> array.attach(owner));
  }
}
