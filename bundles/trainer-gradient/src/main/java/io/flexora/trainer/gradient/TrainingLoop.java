package io.flexora.trainer.gradient;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.TreeMap;

/** Steps, evaluations and checkpoints until the training has ended. */
final class TrainingLoop {

  private final TrainingStep step;
  private final Validation validation;
  private final Checkpoints checkpoints;
  private final Monitor monitor;
  private final Ending ending;

  TrainingLoop(
      TrainingStep step,
      Validation validation,
      Checkpoints checkpoints,
      Monitor monitor,
      Ending ending) {
    this.step = step;
    this.validation = validation;
    this.checkpoints = checkpoints;
    this.monitor = monitor;
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
    NDManager held = owner.newSubManager();
    TrainingPoint at = start;
    while (!ending.isReachedAt(at)) {
      Map<String, Object> figures = new TreeMap<>();
      NDManager next = owner.newSubManager();
      at = advance(next, at, deadline, figures);
      held.close();
      held = next;
      checkpoints.offer(at.step(), at::state);
      monitor.step(at.step(), ending.totalSteps(), figures);
    }
    ending.early(at).ifPresent(monitor::notice);
    return at;
  }

  private TrainingPoint advance(
      NDManager scope, TrainingPoint at, Deadline deadline, Map<String, Object> figures) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      TrainingPoint moved = step.run(own, at, figures).last(deadline.isOver());
      if (validation.isDue(moved.step(), ending.isReachedAt(moved))) {
        double loss = validation.loss(own, moved.iterate().theta(), moved.step());
        figures.put("validation_loss", loss);
        moved = moved.evaluated(loss).last(deadline.isOver());
      }
      return moved.keptBy(work);
    }
  }
}
