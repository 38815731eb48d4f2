package io.flexora.numerics.training;

import io.flexora.api.run.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The progress of layers in a training that does not train all of them in each step.
 *
 * @param known what the schedule has learnt
 * @param steps for each layer of the plan, the steps that its optimiser has done since its initial
 *     state
 * @param active the layers that the latest step trained
 * @since 0.1
 */
public record LayerProgress(List<Double> known, List<Long> steps, List<Integer> active) {

  private static final String KNOWN = "schedule.known";
  private static final String STEPS = "schedule.steps";
  private static final String ACTIVE = "schedule.active";

  /** Copies the lists. */
  public LayerProgress {
    known = List.copyOf(known);
    steps = List.copyOf(steps);
    active = List.copyOf(active);
  }

  /** Reads what {@link #writeTo} has written; empty if a checkpoint has none of it. */
  public static Optional<LayerProgress> of(State state) {
    if (!state.values().containsKey(KNOWN)) {
      return Optional.empty();
    }
    return Optional.of(
        new LayerProgress(
            numbers(state, KNOWN).stream().map(Number::doubleValue).toList(),
            numbers(state, STEPS).stream().map(Number::longValue).toList(),
            numbers(state, ACTIVE).stream().map(Number::intValue).toList()));
  }

  /** Puts all of it among the values of a checkpoint. */
  public void writeTo(Map<String, Object> values) {
    values.put(KNOWN, known);
    values.put(STEPS, steps);
    values.put(ACTIVE, active);
  }

  private static List<Number> numbers(State state, String name) {
    List<Number> numbers = new ArrayList<>();
    for (Object value : (List<?>) state.values().get(name)) {
      numbers.add((Number) value);
    }
    return numbers;
  }
}
