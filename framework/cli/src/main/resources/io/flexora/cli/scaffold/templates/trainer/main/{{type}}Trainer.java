package {{package}};

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Tokens;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.training.Deadline;
import io.flexora.numerics.training.TrainingStep;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Trains for a number of steps, and keeps the exponential average of the parameters. */
@Doc("Train for a number of steps and keep the exponential average of the parameters.")
public final class {{type}}Trainer implements Trainer {

  private final {{type}}Options options;
  private final Seeds seeds;

  @Inject
  {{type}}Trainer({{type}}Options options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  public TrainingResult train(TrainingContext context) {
    requireTrainable(context);
    try (Workspace work = new Workspace(context.manager())) {
      AveragedPoint end = run(work.temporary(), context);
      // What is copied belongs to the context; everything else is freed here.
      return new TrainingResult(
          work.copy(end.average()),
          end.point().step(),
          end.point().trainingLoss(),
          OptionalDouble.empty(),
          Map.of());
    }
  }

  private AveragedPoint run(NDManager own, TrainingContext context) {
    AdaptedModel model = context.model();
    NDArray theta = model.initialTheta(own, seeds);
    UpdateRule rule =
        options.update().rule(own, model.parameters(), theta.getDataType(), 0, options.maxSteps());
    TrainingStep step =
        TrainingStep.of(context, order(context), rule, seeds, batchSize(), options.maxSteps());
    Optional<AveragedPoint> saved = context.checkpoints().latest(own).map(AveragedPoint::of);
    AveragedPoint start =
        saved.orElseGet(() -> new AveragedPoint(step.start(own, theta), theta));
    return loop(own, context, step, start);
  }

  private BatchOrder order(TrainingContext context) {
    return new BatchOrder(
        context.training().stream().map(Tokens::length).toList(),
        options.perDeviceTrainBatchSize(),
        1,
        seeds,
        "training");
  }

  private AveragedPoint loop(
      NDManager own, TrainingContext context, TrainingStep step, AveragedPoint start) {
    Deadline deadline = new Deadline(System::nanoTime, context.timeLimit());
    NDManager held = own.newSubManager();
    AveragedPoint at = start;
    while (at.point().step() < options.maxSteps() && !at.point().outOfTime()) {
      NDManager next = own.newSubManager();
      TrainingStep.Advance advance;
      try (Workspace work = new Workspace(next)) {
        advance = step.run(work.temporary(), at.point(), options.maxSteps());
        at = at.moved(work, advance.point().last(deadline.isOver()), options.averageDecay());
      }
      // One step's arrays are alive, and not those of all.
      held.close();
      held = next;
      // The checkpoint comes first: a cancelled run ends inside of monitor().step.
      context.checkpoints().offer(at.point().step(), at::state);
      context.monitor().step(advance.told());
    }
    return at;
  }

  @Override
  public int batchSize() {
    return options.perDeviceTrainBatchSize();
  }

  private static void requireTrainable(TrainingContext context) {
    if (context.training().isEmpty()) {
      throw new FlexoraException("there are no training examples; check the dataset's train split");
    }
    if (context.model().parameters().size() == 0) {
      throw new FlexoraException(
          "there is nothing to train: no layer was chosen, and the task has no head to train");
    }
  }
}
