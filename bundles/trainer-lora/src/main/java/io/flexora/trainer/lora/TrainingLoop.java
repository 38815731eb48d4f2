package io.flexora.trainer.lora;

import ai.djl.ndarray.NDManager;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.numerics.vector.Workspace;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Steps, evaluations and checkpoints until the training has ended. */
final class TrainingLoop {

  private final TrainingStep step;
  private final Validation validation;
  private final Checkpoints checkpoints;
  private final Monitor monitor;
  private final long totalSteps;
  private final Optional<Integer> patience;

  TrainingLoop(
      TrainingStep step,
      Validation validation,
      Checkpoints checkpoints,
      Monitor monitor,
      long totalSteps,
      Optional<Integer> patience) {
    this.step = step;
    this.validation = validation;
    this.checkpoints = checkpoints;
    this.monitor = monitor;
    this.totalSteps = totalSteps;
    this.patience = patience;
  }

  /**
   * Trains.
   *
   * @param owner the owner of the end's arrays
   * @param start where to begin
   */
  TrainingPoint run(NDManager owner, TrainingPoint start) {
    NDManager held = owner.newSubManager();
    TrainingPoint at = start;
    while (at.step() < totalSteps && !hasStopped(at)) {
      Map<String, Object> figures = new TreeMap<>();
      NDManager next = owner.newSubManager();
      at = advance(next, at, figures);
      held.close();
      held = next;
      checkpoints.offer(at.step(), at::state);
      monitor.step(at.step(), totalSteps, figures);
    }
    if (at.step() < totalSteps) {
      monitor.notice(
          "training ended early at step %d of %d: %d evaluations without a lower validation loss"
              .formatted(at.step(), totalSteps, at.worse()));
    }
    return at;
  }

  private TrainingPoint advance(NDManager scope, TrainingPoint at, Map<String, Object> figures) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      TrainingPoint moved = step.run(own, at, figures);
      if (validation.isDue(moved.step())) {
        double loss = validation.loss(own, moved.iterate().theta(), moved.step());
        figures.put("validation_loss", loss);
        moved = moved.evaluated(loss);
      }
      return moved.keptBy(work);
    }
  }

  private boolean hasStopped(TrainingPoint at) {
    return patience.map(p -> at.worse() >= p).orElse(false);
  }
}
