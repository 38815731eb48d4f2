package io.flexora.testkit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationTokens;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.Batch;
import io.flexora.api.model.Direction;
import io.flexora.api.model.LayerActivity;
import io.flexora.api.model.LayerActivityMeter;
import io.flexora.api.model.LossGradient;
import io.flexora.api.model.ModuleActivations;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Point;
import io.flexora.api.model.Tokens;
import io.flexora.api.run.Seeds;
import java.util.List;

/** Another model, but for what subclasses change. */
class ChangedModel implements AdaptedModel, LayerActivityMeter, ModuleActivations {

  private final AdaptedModel model;

  ChangedModel(AdaptedModel model) {
    this.model = model;
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
  public LayerActivity activity(NDManager scope, Batch batch, Point point) {
    return model.ability(LayerActivityMeter.class).orElseThrow().activity(scope, batch, point);
  }

  @Override
  public void activations(
      NDManager scope,
      Batch batch,
      Point point,
      ActivationTokens tokens,
      ActivationVisitor visitor) {
    model
        .ability(ModuleActivations.class)
        .orElseThrow()
        .activations(scope, batch, point, tokens, visitor);
  }

  @Override
  public void close() {
    model.close();
  }
}
