package io.flexora.trainer.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Tokens;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.api.train.Trainer;
import io.flexora.api.train.TrainingContext;
import io.flexora.api.train.TrainingResult;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.optimiser.Iterate;
import io.flexora.numerics.optimiser.UpdateRule;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Trains adapters and head, and keeps the parameters that do best on the validation examples. */
@Doc(
    "Train the adapters of the chosen layers and the head from scratch, and keep the parameters"
        + " with the lowest validation loss.")
public final class LoraTrainer implements Trainer {

  private final LoraTrainerOptions options;
  private final Seeds seeds;

  @Inject
  LoraTrainer(LoraTrainerOptions options, Seeds seeds) {
    this.options = options;
    this.seeds = seeds;
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
          work.copy(theta), best.map(Best::step).orElse(point.step()), figures(point, best));
    }
  }

  @Override
  public int batchSize() {
    return options.perDeviceTrainBatchSize();
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
    long totalSteps = options.totalSteps(order.stepsPerEpoch());
    long every = options.evaluationSteps().orElse(order.stepsPerEpoch());
    NDArray theta = model.initialTheta(own, seeds);
    UpdateRule rule = rule(own, model, theta.getDataType(), totalSteps);
    TrainingStep step = new TrainingStep(model, context.training(), order, rule, seeds);
    Validation validation =
        new Validation(
            model, context.validation(), options.evaluationBatchSize(), every, totalSteps);
    TrainingLoop loop =
        new TrainingLoop(
            step,
            validation,
            context.checkpoints(),
            context.monitor(),
            totalSteps,
            options.earlyStoppingPatience());
    Optional<TrainingPoint> resumed = context.checkpoints().latest(own).map(TrainingPoint::of);
    return loop.run(own, resumed.orElseGet(() -> start(own, rule, theta)));
  }

  private UpdateRule rule(NDManager own, AdaptedModel model, DataType type, long totalSteps) {
    return options.rule(own, model.parameters(), type, totalSteps);
  }

  private static TrainingPoint start(NDManager own, UpdateRule rule, NDArray theta) {
    Iterate iterate = rule.start(own, theta);
    return TrainingPoint.start(iterate);
  }

  private static Map<String, Double> figures(TrainingPoint end, Optional<Best> best) {
    Map<String, Double> figures = new TreeMap<>(end.figures());
    best.ifPresent(b -> figures.put("validation_loss", b.loss()));
    return figures;
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
