package io.flexora.selector.scored;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.SelectionContext;
import java.util.List;
import java.util.function.Function;

/**
 * Steps of a measurement, with a checkpoint after each, from which it goes on.
 *
 * @param total how many there are
 * @param begin makes what is there before the first of them, in a scope
 * @param step takes one
 * @param scores the scores of the layers by what has been measured; none while nothing has
 */
record Steps(
    long total,
    Function<NDManager, MeasurementPoint> begin,
    Step step,
    Function<MeasurementPoint, List<Double>> scores) {

  /** One step. */
  interface Step {

    /**
     * Does the step after those done.
     *
     * @param scope the owner of its temporary arrays; closed after it, but for the arrays of what
     *     it gives back
     */
    MeasurementPoint after(NDManager scope, MeasurementPoint at);
  }

  /** The scores of the layers after all steps, or after those for which there was time. */
  List<Double> run(SelectionContext context) {
    NDManager held = context.manager().newSubManager();
    MeasurementPoint at = begin(context, held);
    List<Double> now = scores.apply(at);
    while (at.step() < total && (now.isEmpty() || !context.timeIsUp())) {
      NDManager next = context.manager().newSubManager();
      MeasurementPoint after = taken(next, at);
      held.close();
      held = next;
      at = after;
      now = scores.apply(at);
      context.checkpoints().offer(after.step(), () -> after.state(next));
      context.monitor().step(told(after, now));
    }
    held.close();
    return now;
  }

  private MeasurementPoint begin(SelectionContext context, NDManager scope) {
    return context
        .checkpoints()
        .latest(scope)
        .map(MeasurementPoint::of)
        .orElseGet(() -> begin.apply(scope));
  }

  private MeasurementPoint taken(NDManager scope, MeasurementPoint at) {
    try (NDManager own = scope.newSubManager()) {
      MeasurementPoint after = step.after(own, at);
      after.keptBy(scope);
      return after;
    }
  }

  private Progress told(MeasurementPoint at, List<Double> now) {
    Progress told = Progress.of(at.step(), total);
    return now.isEmpty() ? told : told.with("score", now);
  }
}
