package io.flexora.trainer.losa;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.Checkpoints;
import io.flexora.api.run.Monitor;
import io.flexora.api.train.TrainingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A training as one of its periods sees it: on the pruned model.
 *
 * @param schedule what changes in its steps
 * @param last whether the model is pruned as it stays, so that the parameters of its steps belong
 *     together
 */
record PeriodContext(
    TrainingContext whole,
    AdaptedModel model,
    Checkpoints checkpoints,
    Optional<TrainingSchedule> schedule,
    boolean last)
    implements TrainingContext {

  @Override
  public List<Tokens> training() {
    return whole.training();
  }

  @Override
  public List<Tokens> validation() {
    return whole.validation();
  }

  @Override
  public NDManager manager() {
    return whole.manager();
  }

  @Override
  public OptionalLong steps() {
    return whole.steps();
  }

  @Override
  public Optional<Duration> timeLimit() {
    return whole.timeLimit();
  }

  @Override
  public void snapshot(long step, NDArray theta) {
    if (last) {
      whole.snapshot(step, theta);
    }
  }

  @Override
  public Monitor monitor() {
    return whole.monitor();
  }
}
