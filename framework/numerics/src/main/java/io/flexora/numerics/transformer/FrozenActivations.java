package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.ModuleActivations;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import java.util.List;

/**
 * Shows what a model's modules are given, without any adapter.
 *
 * @since 0.1
 */
public final class FrozenActivations {

  private FrozenActivations() {}

  /**
   * Passes the inputs of the modules of a plan to a visitor: batch by batch, in a batch by site.
   *
   * @param scope the owner of temporary arrays
   * @param plan what would be adapted: its layers, modules, head and objective count
   * @param seeds the seed of a head
   * @param batches examples that go through the model together
   * @param user who asks, for the message
   * @throws io.flexora.api.run.FlexoraException if the model does not show its activations
   */
  public static void visit(
      NDManager scope,
      BaseModel model,
      AdapterPlan plan,
      Seeds seeds,
      List<List<Tokens>> batches,
      CountedTokens tokens,
      ActivationVisitor visitor,
      String user) {
    AdapterPlan bare =
        new AdapterPlan(
            new NoAdapter(), plan.layers(), plan.modules(), plan.head(), plan.objective());
    try (AdaptedModel plain = model.adapt(bare)) {
      ModuleActivations shown = plain.require(ModuleActivations.class, user);
      for (List<Tokens> examples : batches) {
        try (NDManager one = scope.newSubManager()) {
          Batch batch = plain.batch(one, examples);
          Point point = Point.of(plain.initialTheta(one, seeds));
          shown.activations(
              one,
              batch,
              point,
              tokens,
              (owner, site, rows) -> {
                if (plan.adapts(site)) {
                  visitor.visit(owner, site, rows);
                }
              });
        }
      }
    }
  }
}
