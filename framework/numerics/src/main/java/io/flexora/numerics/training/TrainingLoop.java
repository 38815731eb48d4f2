package io.flexora.numerics.training;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Progress;
import io.flexora.api.train.TrainingContext;
import io.flexora.numerics.loop.ResumableLoop;
import io.flexora.numerics.loop.ResumableLoop.Advance;
import io.flexora.numerics.vector.Workspace;

/** Steps, evaluations and checkpoints until the training has ended. */
final class TrainingLoop {

  private final TrainingStep step;
  private final Validation validation;
  private final TrainingContext context;
  private final Ending ending;

  TrainingLoop(TrainingStep step, Validation validation, TrainingContext context, Ending ending) {
    this.step = step;
    this.validation = validation;
    this.context = context;
    this.ending = ending;
  }

  /**
   * Trains.
   *
   * @param owner the owner of the end's arrays
   * @param start where to begin
   * @param deadline the end of its time
   */
  TrainingPoint run(NDManager owner, TrainingPoint start, Deadline deadline) {
    ResumableLoop<TrainingPoint> loop =
        new ResumableLoop<>(
            context.checkpoints(),
            context.monitor(),
            TrainingPoint::step,
            (point, scope) -> point.state());
    TrainingPoint at =
        loop.run(
            owner,
            scope -> start,
            ending::isReachedAt,
            (scope, from) -> next(scope, from, deadline));
    ending.early(at).ifPresent(context.monitor()::notice);
    return at;
  }

  private Advance<TrainingPoint> next(NDManager scope, TrainingPoint at, Deadline deadline) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      TrainingStep.StepOutcome advance = step.run(own, at, ending.totalSteps());
      TrainingPoint moved = advance.point().last(deadline.isOver());
      Progress told = advance.told();
      if (validation.isDue(moved.step(), ending.isReachedAt(moved))) {
        double loss = validation.loss(own, moved.iterate().theta(), moved.step());
        told = told.withValidationLoss(loss);
        moved =
            step.isSettledAt(moved.step()) ? moved.evaluated(loss) : moved.withValidationLoss(loss);
        moved = moved.last(deadline.isOver());
      }
      TrainingPoint kept = moved.keptBy(work);
      context.snapshot(kept.step(), kept.iterate().theta());
      return new Advance<>(kept, told);
    }
  }
}
