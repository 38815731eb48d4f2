package io.flexora.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.train.LayerSchedule;
import io.flexora.api.train.TrainingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ObjLongConsumer;

/** What the trainer of a cell works on. */
record CellTraining(
    AdaptedModel model,
    Optional<BaseModel> base,
    List<Tokens> training,
    List<Tokens> validation,
    Optional<LayerSchedule> schedule,
    OptionalLong steps,
    Optional<Duration> timeLimit,
    NDManager manager,
    Checkpoints checkpoints,
    ObjLongConsumer<NDArray> snapshots,
    Monitor monitor)
    implements TrainingContext {

  @Override
  public void snapshot(long step, NDArray theta) {
    snapshots.accept(theta, step);
  }
}
