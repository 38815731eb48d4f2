package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.train.AdapterProbe;
import io.flexora.api.train.LayerSchedule;
import io.flexora.numerics.optimiser.Parts;
import io.flexora.numerics.optimiser.Parts.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The layers that a schedule trains in a step, as parts of theta.
 *
 * @since 0.1
 */
public final class ScheduledLayers {

  private final LayerSchedule schedule;
  private final AdaptedModel model;
  private final List<Integer> layers;
  private final Function<NDArray, AdapterProbe> probes;

  /**
   * Makes the layers of a training.
   *
   * @param probes measures the model at a theta
   */
  public ScheduledLayers(
      LayerSchedule schedule, AdaptedModel model, Function<NDArray, AdapterProbe> probes) {
    this.schedule = schedule;
    this.model = model;
    this.layers = model.plan().layers();
    this.probes = probes;
  }

  /** Where the layers stand before the first step. */
  public LayerProgress start() {
    return new LayerProgress(schedule.start(), Collections.nCopies(layers.size(), 0L), List.of());
  }

  /**
   * Asks the schedule what a step trains.
   *
   * @param step the step, from 0
   * @param last where the layers stood after the step before
   * @param theta the parameters before the step
   * @throws FlexoraException if the answer is none
   */
  public LayerProgress before(long step, LayerProgress last, NDArray theta) {
    List<Double> known = schedule.learn(step, last.known(), probes.apply(theta));
    if (known.size() != last.known().size()) {
      throw wrong(
          "knows %d numbers before step %d, but knew %d; it has to know as many as at its start"
              .formatted(known.size(), step + 1, last.known().size()));
    }
    List<Integer> active = schedule.active(step, known);
    requireChosen(step, active);
    List<Long> steps = new ArrayList<>(last.steps());
    for (int layer : active) {
      boolean anew = schedule.restartsOptimiser() && !last.active().contains(layer);
      int at = layers.indexOf(layer);
      steps.set(at, anew ? 1 : steps.get(at) + 1);
    }
    return new LayerProgress(known, steps, active);
  }

  private void requireChosen(long step, List<Integer> active) {
    List<Integer> ascending = active.stream().distinct().sorted().toList();
    if (active.isEmpty() || !active.equals(ascending) || !layers.containsAll(active)) {
      throw wrong(
          "trains the layers %s in step %d; it has to name at least one of the chosen layers %s,"
                  .formatted(active, step + 1, layers)
              + " ascending, none of them twice");
    }
  }

  private FlexoraException wrong(String what) {
    return new FlexoraException(
        "the strategy's layer schedule %s %s; report this to the author of the strategy"
            .formatted(schedule.getClass().getName(), what));
  }

  /**
   * What the step moves: the active layers and the head, each by the number of its own step.
   * Neighbours that have done as many steps are one part.
   */
  public Parts parts(long step, LayerProgress now) {
    List<Part> parts = new ArrayList<>();
    for (int layer : now.active()) {
      add(parts, model.parameters().ofLayer(layer), now.steps().get(layers.indexOf(layer)));
    }
    add(parts, model.parameters().ofHead(), step + 1);
    return new Parts(parts);
  }

  private static void add(List<Part> parts, List<Slice> slices, long count) {
    for (Slice slice : slices) {
      long to = slice.offset() + slice.size();
      int last = parts.size() - 1;
      if (last >= 0 && parts.get(last).to() == slice.offset() && parts.get(last).count() == count) {
        parts.set(last, new Part(parts.get(last).from(), to, count));
      } else {
        parts.add(new Part(slice.offset(), to, count));
      }
    }
  }
}
