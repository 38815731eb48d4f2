package io.flexora.selector.scored;

import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.layer.ScoringSelector;
import io.flexora.numerics.transformer.LowRankPair;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.Measurement;
import io.flexora.selector.scored.measure.UpdateNorms;
import jakarta.inject.Inject;
import java.util.List;

/**
 * Scores a layer by the Frobenius norm of what its adapters have changed in its frozen matrices
 * after a training of all layers: for LoRA that of {@code s B A}, with the squares of its modules
 * summed up.
 *
 * <p>It takes a gradient for each step of the training.
 */
@Doc(
    "Keep the layers whose matrices a training of the adapters of all layers changes most, by the"
        + " Frobenius norm of the change: B A for LoRA. It costs a gradient for each step of that"
        + " training.")
public final class WeightNormSelector extends ScoringSelector {

  private static final String NAME = "weight-norm";

  private final WeightNormOptions options;

  @Inject
  WeightNormSelector(WeightNormOptions options) {
    super(NAME, options.kept().or(KeptLayers.SAME).layers());
    this.options = options;
  }

  @Override
  protected void checkMore(SelectionBounds bounds, Compatibility found) {
    AdapterMethod method = bounds.adapter();
    List<ModuleShape> targets = bounds.targets();
    if (targets.stream().allMatch(module -> LowRankPair.isAllOf(method, module))) {
      return;
    }
    if (!method.sharedConstants(targets).isEmpty()
        || !targets.stream().allMatch(module -> method.constants(module).isEmpty())) {
      found.refuse(
          "selector %s measures what the trained arrays change in the frozen matrices, but with adapter '%s' that depends on arrays that are not trained, too; use an adapter without such arrays, such as plain LoRA, or another selector"
              .formatted(NAME, bounds.adapterName()));
    }
    if (method.script().matrix().isUsed()) {
      found.check(() -> bounds.shape().require(FrozenMatrices.class, "selector " + NAME));
    }
  }

  @Override
  public Workload cost(SelectionBounds bounds) {
    return options.warmUp().cost();
  }

  @Override
  protected List<Double> scores(SelectionContext context) {
    UpdateNorms norms = new UpdateNorms(context.adapter(), context);
    return new Measurement(norms, 1, options.batchSize(), options.warmUp()).run(context);
  }

  @Override
  protected int count(List<Double> scores) {
    return options.kept().count(NAME, scores);
  }
}
