package io.flexora.trainer.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Passes;
import io.flexora.api.model.Tokens;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingCost;
import io.flexora.api.train.TrainingResult;
import io.flexora.api.train.TrainingSize;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.training.Best;
import io.flexora.numerics.training.Deadline;
import io.flexora.numerics.training.TrainingPoint;
import io.flexora.numerics.training.TrainingStep;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
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

  private final GradientTrainerOptions options;
  private final Seeds seeds;
  private final LongSupplier nanoTime;

  @Inject
  GradientTrainer(GradientTrainerOptions options, Seeds seeds) {
    this(options, seeds, System::nanoTime);
  }

  GradientTrainer(GradientTrainerOptions options, Seeds seeds, LongSupplier nanoTime) {
    this.options = options;
    this.seeds = seeds;
    this.nanoTime = nanoTime;
  }

  @Override
  public TrainingResult train(TrainingContext context) {
    requireTrainable(context);
    try (Workspace work = new Workspace(context.manager())) {
      NDManager own = work.temporary();
      TrainingPoint point = train(own, context);
      Optional<Best> best = point.best().filter(b -> options.keepBest());
      NDArray theta = best.map(Best::theta).orElseGet(() -> point.iterate().theta());
      return new TrainingResult(
          work.copy(theta),
          best.map(Best::step).orElse(point.step()),
          point.trainingLoss(),
          best.map(b -> OptionalDouble.of(b.loss())).orElse(point.validationLoss()),
          context.timeLimit().isPresent() ? Map.of("steps", Figure.of(point.step())) : Map.of());
    }
  }

  @Override
  public TrainingCost cost(TrainingSize size) {
    int batch = options.perDeviceTrainBatchSize();
    long perStep = Math.min(size.training(), (long) batch * options.gradientAccumulationSteps());
    int perEpoch = Math.toIntExact((size.training() + perStep - 1) / perStep);
    long steps = totalSteps(size.steps(), perEpoch);
    long every = options.evaluationSteps().orElse(perEpoch);
    long evaluations = size.validation() == 0 ? 0 : (steps + every - 1) / every;
    long last = Math.min(size.training(), steps % perEpoch * perStep);
    return new TrainingCost(
        new Passes(steps / perEpoch * size.training() + last, Math.min(batch, size.training())),
        new Passes(
            evaluations * size.validation(),
            Math.min(options.evaluationBatchSize(), size.validation())),
        evaluations,
        storedThetas());
  }

  /**
   * The initial theta, the present one and the next, each with what the optimiser keeps; the best,
   * and the multipliers of the learning rate.
   */
  private long storedThetas() {
    return 3L * options.update().iterateArrays() + 1 + options.update().ruleArrays();
  }

  private long totalSteps(OptionalLong given, int stepsPerEpoch) {
    return given.orElseGet(() -> options.totalSteps(stepsPerEpoch));
  }

  private TrainingPoint train(NDManager own, TrainingContext context) {
    AdaptedModel model = context.model();
    BatchOrder order =
        new BatchOrder(
            context.training().stream().map(Tokens::length).toList(),
            options.perDeviceTrainBatchSize(),
            options.gradientAccumulationSteps(),
            seeds,
            "training");
    long totalSteps = totalSteps(context.steps(), order.stepsPerEpoch());
    long every = options.evaluationSteps().orElse(order.stepsPerEpoch());
    NDArray theta = model.initialTheta(own, seeds);
    UpdateRule rule = rule(own, model, theta.getDataType(), totalSteps);
    TrainingStep step =
        TrainingStep.of(context, order, rule, seeds, options.evaluationBatchSize(), totalSteps);
    Validation validation =
        new Validation(model, context.validation(), options.evaluationBatchSize(), every);
    Ending ending = new Ending(totalSteps, options.earlyStoppingPatience());
    Deadline deadline = new Deadline(nanoTime, context.timeLimit());
    TrainingLoop loop = new TrainingLoop(step, validation, context, ending);
    TrainingPoint start =
        context
            .checkpoints()
            .latest(own)
            .map(TrainingPoint::of)
            .orElseGet(() -> step.start(own, theta));
    return loop.run(own, start, deadline);
  }

  private UpdateRule rule(NDManager own, AdaptedModel model, DataType type, long totalSteps) {
    return options.rule(own, model.parameters(), type, totalSteps);
  }

  private void requireTrainable(TrainingContext context) {
    if (context.training().isEmpty()) {
      throw new FlexoraException("there are no training examples; check the dataset's train split");
    }
    if (context.model().parameters().size() == 0) {
      throw new FlexoraException(
          "there is nothing to train: no layer was chosen, and the task has no head to train");
    }
    boolean wantsValidation = options.keepBest() || options.earlyStoppingPatience().isPresent();
    if (context.validation().isEmpty() && wantsValidation) {
      context
          .monitor()
          .notice("there are no validation examples, so the parameters of the last step are kept");
    }
  }
}
