package io.flexora.selector.flexora;

import io.flexora.api.hpo.SolverCost;
import io.flexora.api.model.GateIndex;
import io.flexora.api.model.GateLayout;
import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionCost;
import io.flexora.api.selection.Selector;
import jakarta.inject.Inject;

/**
 * AutoLoRA (arXiv 2403.09113): gives each rank-one part of each module's adapter a gate, the gates
 * of a module in one softmax, learns them on validation examples while theta learns on training
 * examples, and gives each module as many ranks as parts keep their share.
 *
 * <p>The gates begin at 1, as plain LoRA, where the authors' begin at 1 / r. The hypergradient is
 * the solver's, where the authors' code takes the implicit term with a factor of 1 in place of the
 * learning rate.
 */
@Doc(
    "Learn a gate for each rank-one part of each module, and give each module as many ranks as keep"
        + " their share of its softmax (AutoLoRA).")
public final class AutoloraSelector implements Selector {

  private static final String USER = "selector 'autolora'";

  private final AutoloraOptions options;

  @Inject
  AutoloraSelector(AutoloraOptions options) {
    this.options = options;
  }

  private static GateIndex index(SelectionBounds bounds) {
    return bounds.gates(GateLayout.COMPONENT, USER);
  }

  @Override
  public void requireFit(SelectionBounds bounds) {
    SolverCost cost = options.solver().get().cost(index(bounds).size());
    if (cost.hessianProducts() > 0) {
      bounds.requireExactProducts("solver '%s'".formatted(options.solver().name()));
    }
  }

  @Override
  public SelectionCost cost(SelectionBounds bounds) {
    return SelectionCost.of(
        options.outerSteps(), options.solver().get().cost(index(bounds).size()), options.problem());
  }

  @Override
  public Selection select(SelectionContext context) {
    requireFit(context);
    Search search =
        new Search(
            options,
            context.problem(options.problem(), GateLayout.COMPONENT),
            index(context),
            gates -> SearchedRanks.kept(gates, options.threshold()));
    Search.Found found = search.run(context);
    return new KeptGates(found.gates(), context.shape().layers(), context.targets())
        .selection(SearchedRanks.kept(found.gates(), options.threshold()))
        .endedBy(found.end());
  }
}
