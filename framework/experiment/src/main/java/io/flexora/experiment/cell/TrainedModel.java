package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.TrainedAdapters;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import io.flexora.numerics.score.ExampleLosses;
import io.flexora.numerics.score.ScoringBatches;
import java.util.List;

/**
 * Trained adapters on all layers of a model.
 *
 * @param model the model with the adapters
 * @param seeds the seeds of its initial values
 * @param theta the trained values
 * @param validation the validation examples
 */
record TrainedModel(AdaptedModel model, Seeds seeds, NDArray theta, List<Tokens> validation)
    implements TrainedAdapters {

  @Override
  public ParameterIndex parameters() {
    return model.parameters();
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    return model.initialTheta(scope, seeds);
  }

  @Override
  public int examples() {
    return validation.size();
  }

  @Override
  public double[] losses(NDManager scope, NDArray at, List<Integer> of) {
    List<Tokens> some = of.stream().map(validation::get).toList();
    return ExampleLosses.of(
        scope, model, some, ScoringBatches.ofExamples(LOSS_BATCH), Point.of(at));
  }

  @Override
  public LossGradient lossGradient(NDManager scope, NDArray at, List<Integer> of) {
    List<int[]> batches =
        BatchOrder.cut(of.stream().mapToInt(Integer::intValue).toArray(), GRADIENT_BATCH);
    return new BatchedLoss(model, validation)
        .lossGradient(scope, batches, i -> Point.of(at))
        .value();
  }
}
