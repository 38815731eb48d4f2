package io.flexora.selector.scored;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.selector.scored.measure.KeptLayers;
import io.flexora.selector.scored.measure.MeasuredSelector;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Scores a layer by its share in the squared outputs of the adapters after a warm-up of all layers
 * (LoRA-drop, Zhou et al. 2024, arXiv 2402.07721). The warm-up and the measurement take training
 * batches in their usual order instead of a stratified sample.
 */
@Doc(
    "Keep the layers with the largest adapter outputs after a warm-up, by their"
        + " share in the squared outputs (LoRA-drop; the adapter that the other layers share"
        + " there is share: true). It costs a gradient for each step of the warm-up and a"
        + " forward pass for each batch.")
public final class LoraDropSelector extends MeasuredSelector {

  private static final KeptLayers USUAL = KeptLayers.reaching(0.9);

  private final boolean shares;

  @Inject
  LoraDropSelector(LoraDropOptions options) {
    super("lora-drop", options.kept().or(USUAL), options.measurement());
    this.shares = options.share();
  }

  @Override
  protected void checkMore(SelectionBounds bounds, Compatibility found) {
    if (shares) {
      bounds.demand(AdapterDemand.SHARED_ADAPTERS, "selector '%s'".formatted(name()), found);
    }
  }

  @Override
  protected Selection completed(Selection kept, SelectionContext context) {
    int layers = context.shape().layers();
    if (!shares || kept.layers().size() == layers) {
      return kept;
    }
    List<ChosenModule> modules = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (ModuleShape module : context.targets()) {
        modules.add(
            kept.layers().contains(layer)
                ? ChosenModule.of(layer, module.name())
                : ChosenModule.ofShared(layer, module.name()));
      }
    }
    return Selection.ofModules(modules, kept.scores(), Map.of(), kept.descriptions());
  }
}
