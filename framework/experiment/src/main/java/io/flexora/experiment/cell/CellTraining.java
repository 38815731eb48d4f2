package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.experiment.inputs.StoredValues;
import io.flexora.numerics.training.SharedAdapters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ObjLongConsumer;

/**
 * The context of the trainer of a cell.
 *
 * @param values the values at which the training begins, of the parameters of the cell's model;
 *     empty for what the model draws
 */
public record CellTraining(
    AdaptedModel model,
    Optional<BaseModel> base,
    List<Tokens> training,
    List<Tokens> validation,
    Optional<TrainingSchedule> schedule,
    Optional<StoredValues> values,
    OptionalLong steps,
    Optional<Duration> timeLimit,
    NDManager manager,
    Checkpoints checkpoints,
    ObjLongConsumer<NDArray> snapshots,
    Monitor monitor)
    implements TrainingContext {

  /** Trains; where layers share an adapter, the trainer sees it as one. */
  TrainingResult by(Trainer trainer) {
    if (!model.plan().sharesAdapters()) {
      return trainer.train(this);
    }
    SharedAdapters one = new SharedAdapters(model);
    TrainingResult found = trainer.train(of(one));
    return new TrainingResult(
        one.expand(manager, found.theta()),
        found.step(),
        found.trainingLoss(),
        found.validationLoss(),
        found.figures());
  }

  /** What is trained is the base as it is: another base would have adapters of its own. */
  private CellTraining of(SharedAdapters one) {
    return new CellTraining(
        one,
        Optional.empty(),
        training,
        validation,
        schedule,
        values,
        steps,
        timeLimit,
        manager,
        checkpoints,
        (values, step) -> {
          try (NDManager own = manager.newSubManager()) {
            snapshots.accept(one.expand(own, values), step);
          }
        },
        monitor);
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    NDArray drawn = model.initialTheta(scope, seeds);
    if (values.isEmpty()) {
      return drawn;
    }
    try (drawn) {
      return values.get().theta(scope, model.parameters(), drawn.getDataType());
    }
  }

  @Override
  public void snapshot(long step, NDArray theta) {
    snapshots.accept(theta, step);
  }
}
