package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.State;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * The point of a measurement between two steps.
 *
 * @param step the steps done, those of a warm-up included
 * @param arrays theta and what the optimiser of a warm-up keeps; may be empty
 * @param sums what has been measured, summed up
 */
public record MeasurementPoint(long step, Map<String, NDArray> arrays, List<Double> sums) {

  private static final String SUMS = "sums";

  /**
   * Nothing measured yet.
   *
   * @param numbers how many numbers are measured
   */
  public static MeasurementPoint start(Map<String, NDArray> arrays, int numbers) {
    return new MeasurementPoint(0, arrays, Collections.nCopies(numbers, 0.0));
  }

  /** What a checkpoint holds; see {@link #state}. */
  public static MeasurementPoint of(State state) {
    Map<String, NDArray> arrays = new TreeMap<>(state.arrays());
    double[] sums = arrays.remove(SUMS).toDoubleArray();
    return new MeasurementPoint(state.step(), arrays, DoubleStream.of(sums).boxed().toList());
  }

  /**
   * What a checkpoint has to hold to go on from here.
   *
   * @param scope the owner of what is made for it
   */
  public State state(NDManager scope) {
    Map<String, NDArray> held = new TreeMap<>(arrays);
    double[] values = sums.stream().mapToDouble(Double::doubleValue).toArray();
    held.put(SUMS, NativeArrays.of(scope, values));
    return new State(step, held, Map.of());
  }

  /** The same after other steps. */
  public MeasurementPoint at(long other) {
    return new MeasurementPoint(other, arrays, sums);
  }

  /** One step on, with other arrays. */
  public MeasurementPoint moved(Map<String, NDArray> others) {
    return new MeasurementPoint(step + 1, others, sums);
  }

  /** One step on, with what it measured. */
  public MeasurementPoint plus(List<Double> measured) {
    List<Double> added = new ArrayList<>(sums);
    for (int i = 0; i < added.size(); i++) {
      added.set(i, sums.get(i) + measured.get(i));
    }
    return new MeasurementPoint(step + 1, arrays, List.copyOf(added));
  }

  /** Moves the arrays to an owner. */
  public void keptBy(NDManager owner) {
    arrays.values().forEach(array -> array.attach(owner));
  }
}
