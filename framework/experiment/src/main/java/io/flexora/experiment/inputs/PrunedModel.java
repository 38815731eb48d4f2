package io.flexora.experiment.inputs;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.AdaptedModel.BatchResults;
import io.flexora.api.model.AdaptedModel.BatchWork;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ForwardingModel;
import io.flexora.api.plan.AdapterPlan;

/** A model with adapters on a pruned base of its own, which is closed with it. */
final class PrunedModel extends ForwardingModel {

  private final BaseModel base;
  private final AdaptedModel model;

  private PrunedModel(BaseModel base, AdaptedModel model) {
    super(model);
    this.model = model;
    this.base = base;
  }

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
  public <T> void eachBatch(
      NDManager scope, int batches, BatchWork<T> work, BatchResults<T> results) {
    model.eachBatch(scope, batches, work, results);
  }

  @Override
  public void close() {
    super.close();
    base.close();
  }
}
