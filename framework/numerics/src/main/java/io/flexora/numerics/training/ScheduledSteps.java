package io.flexora.numerics.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.adapter.TrainingSchedule.Known;
import io.flexora.api.adapter.TrainingSchedule.Moment;
import io.flexora.api.adapter.TrainingSchedule.Probe;
import io.flexora.api.adapter.TrainingSchedule.Restart;
import io.flexora.api.adapter.TrainingSchedule.Turn;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.optimiser.Parts;
import io.flexora.numerics.optimiser.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The steps of a training that follows a schedule. */
final class ScheduledSteps {

  private final TrainingSchedule schedule;
  private final AdaptedModel model;
  private final List<Integer> layers;
  private final Function<NDArray, Probe> probes;
  private final long totalSteps;

  /**
   * Makes the steps of a training.
   *
   * @param probes measures the model at a theta
   * @param totalSteps the steps of the training
   */
  ScheduledSteps(
      TrainingSchedule schedule,
      AdaptedModel model,
      Function<NDArray, Probe> probes,
      long totalSteps) {
    this.schedule = schedule;
    this.model = model;
    this.layers = model.plan().layers();
    this.probes = probes;
    this.totalSteps = totalSteps;
  }

  /** What the schedule knows before the first step. */
  Known start(NDManager scope, NDArray theta) {
    return schedule.start(scope, model.parameters().places(), theta);
  }

  /** Whether the parameters after so many steps may be kept as the best. */
  boolean isSettledAt(long steps) {
    return schedule.mayBeKept(steps, totalSteps);
  }

  /**
   * The training as a step finds it.
   *
   * @param scope the owner of the result
   * @throws FlexoraException if the schedule names layers that were not chosen
   */
  TrainingPoint before(NDManager scope, UpdateRule rule, TrainingPoint from) {
    NDArray theta = from.iterate().theta();
    Turn turn = schedule.before(scope, moment(from), probes.apply(theta));
    requireAsMany(from, turn.known());
    turn.layers().ifPresent(some -> requireChosen(from.step(), some));
    boolean anew = turn.restart() == Restart.EVERYTHING;
    NDArray moved = turn.theta().orElse(theta);
    Iterate at = anew ? rule.start(scope, moved) : new Iterate(moved, from.iterate().state());
    long since = anew ? from.step() : from.optimisedSince();
    return from.scheduled(at, turn.known(), progress(from, turn, since), since);
  }

  private Optional<LayerProgress> progress(TrainingPoint from, Turn turn, long since) {
    if (turn.layers().isEmpty() && from.layers().isEmpty()) {
      return Optional.empty();
    }
    boolean anew = turn.restart() == Restart.EVERYTHING;
    LayerProgress last =
        from.layers()
            .filter(known -> !anew)
            .orElseGet(() -> LayerProgress.after(from.step() - since, layers));
    List<Integer> active = turn.layers().orElse(layers);
    List<Long> steps = new ArrayList<>(last.steps());
    for (int layer : active) {
      boolean returns =
          turn.restart() == Restart.RETURNING_LAYERS && !last.active().contains(layer);
      int at = layers.indexOf(layer);
      steps.set(at, returns ? 1 : steps.get(at) + 1);
    }
    return Optional.of(new LayerProgress(steps, active));
  }

  /**
   * The training after a step.
   *
   * @param scope the owner of the result
   * @param gradient the gradient that the step took, as it was clipped
   */
  TrainingPoint after(NDManager scope, UpdateRule rule, TrainingPoint at, NDArray gradient) {
    Turn turn = schedule.after(scope, moment(at), gradient);
    requireAsMany(at, turn.known());
    NDArray theta = turn.theta().orElse(at.iterate().theta());
    return turn.restart() == Restart.EVERYTHING
        ? at.scheduled(rule.start(scope, theta), turn.known(), Optional.empty(), at.step())
        : at.scheduled(
            new Iterate(theta, at.iterate().state()),
            turn.known(),
            at.layers(),
            at.optimisedSince());
  }

  private Moment moment(TrainingPoint at) {
    return new Moment(
        model.parameters().places(), at.step(), totalSteps, at.iterate().theta(), at.known());
  }

  private void requireAsMany(TrainingPoint at, Known now) {
    if (now.numbers().size() != at.known().numbers().size()) {
      throw wrong(
          "knows %d numbers before step %d, but knew %d; it has to know as many as at its start"
              .formatted(now.numbers().size(), at.step() + 1, at.known().numbers().size()));
    }
    if (now.arrays().size() != at.known().arrays().size()) {
      throw wrong(
          "keeps %d arrays before step %d, but kept %d; it has to keep as many as at its start"
              .formatted(now.arrays().size(), at.step() + 1, at.known().arrays().size()));
    }
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
        "the training schedule %s %s; report this to its author"
            .formatted(schedule.getClass().getName(), what));
  }

  /**
   * What a step moves: the active layers and the head, each by the number of its own step.
   * Neighbours that have done as many steps are one part.
   */
  Parts parts(TrainingPoint at, LayerProgress now) {
    List<Parts.Part> parts = new ArrayList<>();
    for (int layer : now.active()) {
      add(parts, model.parameters().ofLayer(layer), now.steps().get(layers.indexOf(layer)));
    }
    add(parts, model.parameters().ofHead(), at.step() + 1 - at.optimisedSince());
    return new Parts(parts);
  }

  private static void add(List<Parts.Part> parts, List<Slice> slices, long count) {
    for (Slice slice : slices) {
      long to = slice.offset() + slice.size();
      int last = parts.size() - 1;
      if (last >= 0 && parts.get(last).to() == slice.offset() && parts.get(last).count() == count) {
        parts.set(last, new Parts.Part(parts.get(last).from(), to, count));
      } else {
        parts.add(new Parts.Part(slice.offset(), to, count));
      }
    }
  }
}
