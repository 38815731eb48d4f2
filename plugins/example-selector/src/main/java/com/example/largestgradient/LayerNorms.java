package com.example.largestgradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.State;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The gradient norms of the layers, summed over batches.
 *
 * @param batches the batches so far
 * @param sums for each layer, the sum of the norms
 */
record LayerNorms(long batches, List<Double> sums) {

  private static final String SUMS = "sums";

  static LayerNorms none(int layers) {
    return new LayerNorms(0, Collections.nCopies(layers, 0.0));
  }

  /** What a checkpoint holds; see {@link #state}. */
  static LayerNorms of(State state) {
    double[] sums = state.arrays().get(SUMS).toDoubleArray();
    return new LayerNorms(state.step(), DoubleStream.of(sums).boxed().toList());
  }

  /** What a checkpoint has to hold to go on from here. */
  State state(NDManager scope) {
    double[] values = sums.stream().mapToDouble(Double::doubleValue).toArray();
    return new State(batches, Map.of(SUMS, scope.create(values)), Map.of());
  }

  /** Adds the norms of one more batch's gradient {@code [parameters]}. */
  LayerNorms plus(NDArray gradient, ParameterIndex index) {
    double[] values = gradient.toType(DataType.FLOAT64, false).toDoubleArray();
    return new LayerNorms(
        batches + 1,
        IntStream.range(0, sums.size())
            .mapToObj(layer -> sums.get(layer) + norm(values, index.ofLayer(layer)))
            .toList());
  }

  /** The mean norm of each layer. */
  List<Double> means() {
    return sums.stream().map(sum -> sum / batches).toList();
  }

  private static double norm(double[] values, List<Slice> slices) {
    double squares = 0;
    for (Slice slice : slices) {
      for (long i = slice.offset(); i < slice.offset() + slice.size(); i++) {
        squares += values[(int) i] * values[(int) i];
      }
    }
    return Math.sqrt(squares);
  }
}
