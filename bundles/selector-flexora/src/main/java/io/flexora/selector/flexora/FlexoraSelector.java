package io.flexora.selector.flexora;

import io.flexora.api.model.GateIndex;
import io.flexora.api.model.GateLayout;
import io.flexora.api.plugin.Doc;
import io.flexora.api.plugin.Measured;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionBounds;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Flexora: gives each layer's adapter a gate, learns the gates on validation examples while theta
 * learns on training examples, and keeps the layers whose gate grew.
 */
@Doc(
    "Learn one gate for each layer on validation examples, as hyperparameter optimisation by"
        + " unrolled differentiation, and keep the layers whose gate grew (Flexora, ACL 2025); or"
        + " one for each module or rank-one part.")
@Measured({
  "In mean accuracy over four tasks, on an encoder of 12 layers, 3 of them were 0.5 "
      + "points above 3 random ones (-0.1 to 1.1) with 1,280 examples seen once, and level "
      + "with them (-1.6 to 1.6) with 256 seen ten times; 6 were level with 6 random ones "
      + "(-0.9 to 1.1) with 1,280 (manual, page study).",
  "All layers at a learning rate of their own were 1.0 point above Flexora's (0.7 to "
      + "1.3) with 1,280 examples, and at the shared rate level with them (-0.5 to 0.5) with "
      + "256; the middle 3 were level with them in both.",
  "On a decoder of 30 layers and PIQA, 12 layers could not be told from 12 random ones "
      + "(manual, page compare-smollm2-piqa)."
})
public final class FlexoraSelector extends GateSelector {

  private final FlexoraOptions options;

  @Inject
  FlexoraSelector(FlexoraOptions options) {
    super("flexora", options, options.gateLayout());
    this.options = options;
  }

  @Override
  Function<Gates, List<Integer>> rule(GateIndex index, SelectionBounds bounds) {
    if (options.selection() == SelectionRule.BUDGET) {
      ParameterBudget budget = ParameterBudget.of(parameters(bounds), index, bounds);
      budget.requireOne(user());
      return budget::choose;
    }
    Optional<Integer> count = options.selection().count(options.k(), bounds.sameCount());
    SelectionRule.requireEnough(index, count);
    return gates -> options.selection().choose(gates, count);
  }

  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return options.selection() == SelectionRule.TOP_K && options.gateLayout() == GateLayout.LAYER
        ? OptionalInt.of(options.selection().count(options.k(), bounds.sameCount()).orElseThrow())
        : OptionalInt.empty();
  }

  private long parameters(SelectionBounds bounds) {
    if (options.parameters().isEmpty() && bounds.sameParameters().isEmpty()) {
      throw new FlexoraException(
          "selection: budget needs parameters, the most trainable parameters of all adapters, such"
              + " as parameters: 100000; there is no number to be the same as, since selector"
              + " flexora is the run's main selector or no budget is held equal");
    }
    return options.parameters().orElseGet(() -> bounds.sameParameters().getAsLong());
  }
}
