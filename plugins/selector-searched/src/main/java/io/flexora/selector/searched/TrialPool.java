package io.flexora.selector.searched;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.run.State;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The sets in training and the losses found so far. Which sets these are follows from the losses,
 * so a checkpoint holds no sets: a resumed search takes its way again, with the losses that are
 * known.
 */
final class TrialPool {

  private static final String LOSSES = "losses";
  private static final String FOUND = "found";
  private static final String STEPS = ".steps";

  private final Map<Integer, SetTrial> trials = new TreeMap<>();
  private final Map<Integer, Map<String, NDArray>> saved = new HashMap<>();
  private final Map<Integer, Long> savedSteps = new HashMap<>();
  private final double[] losses;
  private int found;
  private int taken;
  private long step;

  /**
   * Makes an empty pool.
   *
   * @param judgements how many losses there will be
   */
  TrialPool(int judgements) {
    losses = new double[judgements];
    Arrays.fill(losses, Double.NaN);
  }

  /** Goes on from what {@link #state} gave. */
  void restore(State state) {
    step = state.step();
    found = ((Number) state.values().get(FOUND)).intValue();
    double[] known = state.arrays().get(LOSSES).toDoubleArray();
    System.arraycopy(known, 0, losses, 0, losses.length);
    state.arrays().forEach(this::restore);
    for (int id : saved.keySet()) {
      savedSteps.put(id, ((Number) state.values().get(id + STEPS)).longValue());
    }
  }

  private void restore(String name, NDArray array) {
    if (!name.equals(LOSSES)) {
      String[] parts = name.split("\\.", 2);
      saved.computeIfAbsent(Integer.valueOf(parts[0]), id -> new HashMap<>()).put(parts[1], array);
    }
  }

  /** What a checkpoint has to hold; the scope owns the array of the losses. */
  State state(NDManager scope) {
    Map<String, NDArray> arrays = new TreeMap<>();
    Map<String, Object> values = new TreeMap<>();
    arrays.put(LOSSES, NativeArrays.of(scope, losses));
    values.put(FOUND, found);
    trials.forEach(
        (id, trial) -> {
          trial.at().arrays().forEach((name, array) -> arrays.put(id + "." + name, array));
          values.put(id + STEPS, trial.steps());
        });
    saved.forEach(
        (id, sleeping) -> {
          sleeping.forEach((name, array) -> arrays.put(id + "." + name, array));
          values.put(id + STEPS, savedSteps.get(id));
        });
    return new State(step, arrays, values);
  }

  /** The next loss, if it was found before the search was resumed. */
  OptionalDouble known() {
    return taken < found ? OptionalDouble.of(losses[taken++]) : OptionalDouble.empty();
  }

  /** Whether a loss was found. */
  boolean isAnyFound() {
    return found > 0;
  }

  /** Adds the next loss. */
  void found(double loss) {
    losses[found++] = loss;
    taken++;
  }

  /** Counts a training step. */
  void advance() {
    step++;
  }

  /** The training steps of all sets so far. */
  long step() {
    return step;
  }

  /** The set of that number in training, or one that begins. */
  SetTrial trial(int id, Supplier<SetTrial> begin) {
    return trials.computeIfAbsent(id, i -> resumed(i, begin.get()));
  }

  private SetTrial resumed(int id, SetTrial trial) {
    if (saved.containsKey(id)) {
      trial.goOnFrom(Iterate.of(saved.remove(id)), savedSteps.get(id));
    }
    return trial;
  }

  /** Frees a set that is not trained on. */
  void drop(int id) {
    Map<String, NDArray> arrays = saved.remove(id);
    if (arrays != null) {
      arrays.values().forEach(NDArray::close);
    }
    SetTrial trial = trials.remove(id);
    if (trial != null) {
      trial.close();
    }
  }
}
