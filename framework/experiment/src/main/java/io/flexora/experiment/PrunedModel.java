package io.flexora.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Seeds;
import java.util.List;
import java.util.Optional;

/** A model with adapters on a pruned base of its own, which is closed with it. */
record PrunedModel(BaseModel base, AdaptedModel model) implements AdaptedModel {

  /** Puts adapters on a pruned base, and takes the base over. */
  static AdaptedModel adapted(BaseModel pruned, AdapterPlan plan) {
    try {
      return new PrunedModel(pruned, pruned.adapt(plan));
    } catch (RuntimeException e) {
      pruned.close();
      throw e;
    }
  }

  @Override
  public <T extends ModelAbility> Optional<T> ability(Class<T> ability) {
    return model.ability(ability);
  }

  @Override
  public AdapterPlan plan() {
    return model.plan();
  }

  @Override
  public ParameterIndex parameters() {
    return model.parameters();
  }

  @Override
  public NDArray initialTheta(NDManager scope, Seeds seeds) {
    return model.initialTheta(scope, seeds);
  }

  @Override
  public Batch batch(NDManager scope, List<Tokens> examples) {
    return model.batch(scope, examples);
  }

  @Override
  public LossGradient lossGradient(NDManager scope, Batch batch, Point point) {
    return model.lossGradient(scope, batch, point);
  }

  @Override
  public LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    return model.lossGradient(scope, batch, point, layers);
  }

  @Override
  public double loss(NDManager scope, Batch batch, Point point) {
    return model.loss(scope, batch, point);
  }

  @Override
  public Direction hessianProduct(NDManager scope, Batch batch, Point point, Direction u) {
    return model.hessianProduct(scope, batch, point, u);
  }

  @Override
  public double[][] scores(NDManager scope, Batch batch, Point point) {
    return model.scores(scope, batch, point);
  }

  @Override
  public void close() {
    model.close();
    base.close();
  }
}
