package io.flexora.experiment.cell;

import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.posterior.Predictive;
import java.util.List;
import java.util.Optional;

/**
 * A model as evaluators see it that scores by a predictive distribution in place of its parameters.
 * It has no further abilities, as what they tell is not of that distribution.
 */
final class PredictiveModel extends ForwardingModel {

  private final Predictive predictive;

  PredictiveModel(AdaptedModel model, Predictive predictive) {
    super(model);
    this.predictive = predictive;
  }

  /** A batch together with its examples. */
  private record Scored(Batch batch, List<Tokens> examples) implements Batch {

    @Override
    public int size() {
      return batch.size();
    }

    @Override
    public long terms() {
      return batch.terms();
    }

    @Override
    public long paddedTokens() {
      return batch.paddedTokens();
    }
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return Optional.empty();
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return new Scored(super.batch(scope, examples), List.copyOf(examples));
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    Scored scored = (Scored) batch;
    return predictive.scores(scope, scored.examples(), scored.batch());
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    throw notTrained();
  }

  @Override
  public LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    throw notTrained();
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    throw notTrained();
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    throw notTrained();
  }

  private static UnsupportedOperationException notTrained() {
    return new UnsupportedOperationException(
        "an evaluation of a posterior asks for scores, not for the loss of one parameter vector");
  }

  /** Leaves the model open, which belongs to its cell. */
  @Override
  public void close() {}
}
