package io.flexora.numerics.training;

import io.flexora.api.run.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of a training that does not train all of them in each step.
 *
 * @param steps for each layer of the plan, the steps that its optimiser has done since its initial
 *     state
 * @param active the layers that the latest step trained
 * @since 0.1
 */
public record LayerProgress(List<Long> steps, List<Integer> active) {

  private static final String STEPS = "schedule.steps";
  private static final String ACTIVE = "schedule.active";

  /** Copies the lists. */
  public LayerProgress {
    steps = List.copyOf(steps);
    active = List.copyOf(active);
  }

  /** The progress of layers that were all trained in so many steps. */
  static LayerProgress after(long steps, List<Integer> layers) {
    return new LayerProgress(Collections.nCopies(layers.size(), steps), layers);
  }

  /** Reads what {@link #writeTo} has written; empty if a checkpoint has none of it. */
  static Optional<LayerProgress> of(State state) {
    return state.values().containsKey(STEPS)
        ? Optional.of(
            new LayerProgress(
                numbers(state, STEPS).stream().map(Number::longValue).toList(),
                numbers(state, ACTIVE).stream().map(Number::intValue).toList()))
        : Optional.empty();
  }

  /** Puts all of it among the values of a checkpoint. */
  void writeTo(Map<String, Object> values) {
    values.put(STEPS, steps);
    values.put(ACTIVE, active);
  }

  static List<Number> numbers(State state, String name) {
    List<Number> numbers = new ArrayList<>();
    for (Object value : (List<?>) state.values().getOrDefault(name, List.of())) {
      numbers.add((Number) value);
    }
    return numbers;
  }
}
