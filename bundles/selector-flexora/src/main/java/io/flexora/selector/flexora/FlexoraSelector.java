package io.flexora.selector.flexora;

import io.flexora.api.hpo.SolverCost;
import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.ScoreDescription;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
import io.flexora.api.selection.SelectionCost;
import io.flexora.api.selection.Selector;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Flexora: gives each layer's adapter a gate, learns the gates on validation examples while theta
 * learns on training examples, and keeps the layers whose gate grew.
 */
@Doc(
    "Learn one gate for each layer on validation examples, as hyperparameter optimisation by"
        + " unrolled differentiation, and keep the layers whose gate grew (Flexora, ACL 2025).")
public final class FlexoraSelector implements Selector {

  /** Plain LoRA has a gate of 1 on each layer, and alpha begins at 0. */
  private static final List<ScoreDescription> DESCRIPTIONS =
      List.of(
          ScoreDescription.of("gates", "gate").withNeutral(1, "as in plain LoRA"),
          ScoreDescription.of("alpha", "alpha").withNeutral(0, "the initial value"),
          ScoreDescription.of("gate", "gate").withNeutral(1, "as in plain LoRA"));

  private final FlexoraOptions options;

  @Inject
  FlexoraSelector(FlexoraOptions options) {
    this.options = options;
  }

  @Override
  public void requireFit(SelectionBounds bounds) {
    SelectionRule.requireEnough(bounds.shape().layers(), count(bounds));
    // A solver may refuse its options, which has to be known before a run is paid for.
    SolverCost cost = options.solver().get().cost(bounds.shape().layers());
    if (cost.hessianProducts() > 0) {
      bounds.requireExactProducts("solver '%s'".formatted(options.solver().name()));
    }
  }

  private Optional<Integer> count(SelectionBounds bounds) {
    return options.selection().count(options.k(), bounds.sameCount());
  }

  @Override
  public SelectionCost cost(SelectionBounds bounds) {
    return SelectionCost.of(
        options.outerSteps(),
        options.solver().get().cost(bounds.shape().layers()),
        options.problem());
  }

  @Override
  public Selection select(SelectionContext context) {
    requireFit(context);
    Optional<Integer> k = count(context);
    Search search =
        new Search(
            options,
            context.problem(options.problem()),
            alpha -> options.selection().choose(Gates.of(alpha), k));
    Search.Found found = search.run(context);
    Gates gates = found.gates();
    List<Integer> layers = options.selection().choose(gates, k);
    return new Selection(
        layers, Map.of("alpha", gates.values(), "gate", gates.gates()), DESCRIPTIONS, found.end());
  }
}
