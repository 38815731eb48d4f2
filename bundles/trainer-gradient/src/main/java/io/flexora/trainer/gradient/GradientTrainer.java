package io.flexora.trainer.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSetting;
import io.flexora.numerics.training.Deadline;
import io.flexora.numerics.training.GradientTraining;
import io.flexora.numerics.training.TrainingOptions;
import io.flexora.numerics.training.TrainingPoint;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.function.LongSupplier;

/**
 * Trains adapters and head, and keeps the parameters that do best on the validation examples. Where
 * a strategy lets layers rest, their parameters and what the optimiser keeps of them stay as they
 * are, as with PyTorch's optimisers where a gradient is None: the norm that is clipped is that of
 * the active layers and the head, and the bias correction of AdamW counts the steps that a layer
 * really took.
 */
@Doc(
    "Train the adapters of the chosen layers and the head from scratch, and keep the parameters"
        + " with the lowest validation loss.")
public final class GradientTrainer implements Trainer {

  private final TrainingOptions options;
  private final Seeds seeds;
  private final LongSupplier nanoTime;

  @Inject
  GradientTrainer(TrainingOptions options, Seeds seeds) {
    this(options, seeds, System::nanoTime);
  }

  GradientTrainer(TrainingOptions options, Seeds seeds, LongSupplier nanoTime) {
    this.options = options;
    this.seeds = seeds;
    this.nanoTime = nanoTime;
  }

  @Override
  public void checkCompatibility(TrainingSetting setting, Compatibility found) {
    options.checkCompatibility(setting, found);
  }

  @Override
  public TrainingResult train(TrainingContext context) {
    try (Workspace work = new Workspace(context.manager())) {
      NDManager own = work.temporary();
      NDArray theta = context.initialTheta(own, seeds);
      GradientTraining training =
          new GradientTraining(own, context, options, seeds, theta.getDataType());
      Deadline deadline = new Deadline(nanoTime, context.timeLimit());
      TrainingPoint start =
          context
              .checkpoints()
              .latest(own)
              .map(TrainingPoint::of)
              .orElseGet(() -> training.start(own, context, theta));
      TrainingPoint end = training.run(own, context, start, training.whole(), deadline);
      return training.result(work, context, end);
    }
  }

  @Override
  public Workload cost(TrainingSetting.Size size) {
    return GradientTraining.cost(options, size, 1);
  }
}
