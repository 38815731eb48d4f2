package io.flexora.testkit;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.LayerActivity;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.Point;
import java.util.List;

/** Another model, but for what subclasses change; one that can be looked into. */
class ChangedModel extends ForwardingModel implements LayerActivity.Meter, ModuleActivations {

  private final AdaptedModel model;

  ChangedModel(AdaptedModel model) {
    super(model);
    this.model = model;
  }

  /** A changed gradient is so in some layers, too. */
  @Override
  public LossGradient lossGradient(
      NDManager scope, Batch batch, Point point, List<Integer> layers) {
    return lossGradient(scope, batch, point);
  }

  @Override
  public LayerActivity activity(NDManager scope, Batch batch, Point point) {
    return model.ability(LayerActivity.Meter.class).orElseThrow().activity(scope, batch, point);
  }

  @Override
  public void activations(
      NDManager scope, Batch batch, Point point, CountedTokens tokens, ActivationVisitor visitor) {
    model
        .ability(ModuleActivations.class)
        .orElseThrow()
        .activations(scope, batch, point, tokens, visitor);
  }
}
