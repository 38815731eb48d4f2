package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.SelectionContext.WeightGradientVisitor;
import java.util.List;

/**
 * Differentiates a model's loss in its frozen matrices, without any adapter.
 *
 * @since 0.1
 */
public final class FrozenGradients {

  private FrozenGradients() {}

  /**
   * Passes the gradients of the mean loss of some examples to a visitor, one group of examples
   * after the other.
   *
   * @param scope the owner of temporary arrays
   * @param plan what would be adapted: its modules, head and objective count
   * @param seeds the seed of a head
   * @param layers the layers whose matrices are looked at, ascending
   * @param batches the groups, each with a loss of its own
   */
  public static void visit(
      NDManager scope,
      BaseModel model,
      AdapterPlan plan,
      Seeds seeds,
      List<Integer> layers,
      List<List<Tokens>> batches,
      WeightGradientVisitor visitor) {
    try (AdaptedModel probed = probed(model, plan, layers)) {
      for (List<Tokens> batch : batches) {
        try (NDManager own = scope.newSubManager()) {
          Point point = Point.of(probed.initialTheta(own, seeds));
          NDArray gradient = probed.lossGradient(own, probed.batch(own, batch), point).theta();
          parts(own, probed, gradient, visitor);
        }
      }
    }
  }

  /** A model with a whole matrix, zero at first, added to each of those that are looked at. */
  static AdaptedModel probed(BaseModel model, AdapterPlan plan, List<Integer> layers) {
    return model.adapt(
        new AdapterPlan(new WeightProbe(), layers, plan.modules(), plan.head(), plan.objective()));
  }

  /** Passes the parts of a probed model's gradient to a visitor. */
  static void parts(
      NDManager scope, AdaptedModel probed, NDArray gradient, WeightGradientVisitor visitor) {
    for (Slice slice : probed.parameters().slices()) {
      if (slice.owner() instanceof Slice.Adapter of) {
        try (NDManager own = scope.newSubManager()) {
          NDIndex range = new NDIndex().addSliceDim(slice.offset(), slice.offset() + slice.size());
          NDArray part = gradient.get(range).reshape(slice.shape()).duplicate();
          part.attach(own);
          visitor.visit(own, new AdapterSite(of.layer(), of.module()), part);
        }
      }
    }
  }
}
