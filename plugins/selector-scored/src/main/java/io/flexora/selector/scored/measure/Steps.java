package io.flexora.selector.scored.measure;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Progress;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.loop.ResumableLoop;
import io.flexora.numerics.loop.ResumableLoop.Advance;
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
public record Steps(
    long total,
    Function<NDManager, MeasurementPoint> begin,
    Step step,
    Function<MeasurementPoint, List<Double>> scores) {

  /** One step. */
  public interface Step {

    /**
     * Does the step after those done.
     *
     * @param scope the owner of its temporary arrays; closed after it, but for the arrays of what
     *     it gives back
     */
    MeasurementPoint after(NDManager scope, MeasurementPoint at);
  }

  /** A point of the measurement, and the scores by then; none while nothing has been measured. */
  private record Measured(MeasurementPoint at, List<Double> scores) {}

  /** The scores of the layers after all steps, or after those for which there was time. */
  public List<Double> run(SelectionContext context) {
    ResumableLoop<Measured> loop =
        new ResumableLoop<>(
            context.checkpoints(),
            context.monitor(),
            measured -> measured.at().step(),
            (measured, scope) -> measured.at().state(scope));
    try (NDManager own = context.manager().newSubManager()) {
      return loop.run(
              own,
              loop.newestOr(
                  state -> measured(MeasurementPoint.of(state)),
                  scope -> measured(begin.apply(scope))),
              now -> now.at().step() >= total || (!now.scores().isEmpty() && context.timeIsUp()),
              (scope, now) -> taken(scope, now.at()))
          .scores();
    }
  }

  private Measured measured(MeasurementPoint at) {
    return new Measured(at, scores.apply(at));
  }

  private Advance<Measured> taken(NDManager scope, MeasurementPoint at) {
    try (NDManager own = scope.newSubManager()) {
      MeasurementPoint after = step.after(own, at);
      after.keptBy(scope);
      Measured measured = measured(after);
      Progress told = Progress.of(after.step(), total);
      List<Double> now = measured.scores();
      return new Advance<>(measured, now.isEmpty() ? told : told.with("score", now));
    }
  }
}
