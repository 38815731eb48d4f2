package io.flexora.selector.flexora;

import io.flexora.api.hpo.SolverCost;
import io.flexora.api.model.GateIndex;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionCost;
import io.flexora.api.selection.Selector;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * Flexora: gives each layer's adapter a gate, learns the gates on validation examples while theta
 * learns on training examples, and keeps the layers whose gate grew.
 */
@Doc(
    "Learn one gate for each layer on validation examples, as hyperparameter optimisation by"
        + " unrolled differentiation, and keep the layers whose gate grew (Flexora, ACL 2025); or"
        + " one for each module or rank-one part.")
public final class FlexoraSelector implements Selector {

  private static final String USER = "selector 'flexora'";

  private final FlexoraOptions options;

  @Inject
  FlexoraSelector(FlexoraOptions options) {
    this.options = options;
  }

  @Override
  public void requireFit(SelectionBounds bounds) {
    GateIndex index = index(bounds);
    SelectionRule.requireEnough(index, count(bounds));
    budget(bounds).ifPresent(budget -> budget.requireOne(USER));
    // A solver may refuse its options, which has to be known before a run is paid for.
    SolverCost cost = options.solver().get().cost(index.size());
    if (cost.hessianProducts() > 0) {
      bounds.requireExactProducts("solver '%s'".formatted(options.solver().name()));
    }
  }

  private GateIndex index(SelectionBounds bounds) {
    return bounds.gates(options.gateLayout(), USER);
  }

  private Optional<Integer> count(SelectionBounds bounds) {
    return options.selection().count(options.k(), bounds.sameCount());
  }

  private Optional<ParameterBudget> budget(SelectionBounds bounds) {
    if (options.selection() != SelectionRule.BUDGET) {
      return Optional.empty();
    }
    if (options.parameters().isEmpty() && bounds.sameParameters().isEmpty()) {
      throw new FlexoraException(
          "selection: budget needs parameters, the most trainable parameters of all adapters, such"
              + " as parameters: 100000; there is no number to be the same as, since selector"
              + " flexora is the run's main selector or no budget is held equal");
    }
    long parameters = options.parameters().orElseGet(() -> bounds.sameParameters().getAsLong());
    return Optional.of(ParameterBudget.of(parameters, index(bounds), bounds));
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
            context.problem(options.problem(), options.gateLayout()),
            index(context),
            gates -> kept(gates, context));
    Search.Found found = search.run(context);
    return new KeptGates(found.gates(), context.shape().layers(), context.targets())
        .selection(kept(found.gates(), context))
        .endedBy(found.end());
  }

  private List<Integer> kept(Gates gates, SelectionBounds bounds) {
    return budget(bounds)
        .map(budget -> budget.choose(gates))
        .orElseGet(() -> options.selection().choose(gates, count(bounds)));
  }
}
