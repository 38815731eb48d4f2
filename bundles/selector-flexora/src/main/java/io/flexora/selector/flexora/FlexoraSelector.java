package io.flexora.selector.flexora;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionContext;
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
@Benchmarked("measured.csv")
public final class FlexoraSelector extends GateSelector {

  private final FlexoraOptions options;
  private final Seeds seeds;

  @Inject
  FlexoraSelector(FlexoraOptions options, Seeds seeds) {
    super("flexora", options, options.gateLayout());
    this.options = options;
    this.seeds = seeds;
  }

  @Override
  BilevelProblem problem(SelectionContext context, GateIndex index) {
    BilevelProblem own = super.problem(context, index);
    return options.gates() == GateForm.SOFTMAX
        ? own
        : new HardConcreteProblem(own, index, context.adapter(), seeds);
  }

  @Override
  Function<Gates, List<Integer>> rule(GateIndex index, SelectionBounds bounds) {
    if (options.gates() == GateForm.SOFTMAX) {
      requireChoice(index);
    } else {
      Compatibility.require(found -> bounds.demand(AdapterDemand.SCALING, user(), found));
    }
    if (options.selection() == SelectionRule.BUDGET) {
      ParameterBudget budget = ParameterBudget.of(parameters(bounds), index, bounds);
      budget.requireOne(user());
      return budget::choose;
    }
    Optional<Integer> count = options.selection().count(options.k(), bounds.sameCount());
    requireCandidates(index, count);
    SelectionRule.requireEnough(index, count);
    return gates -> options.selection().choose(gates, count);
  }

  private void requireCandidates(GateIndex index, Optional<Integer> count) {
    if (!options.candidates().isEmpty() && count.orElse(0) > index.size()) {
      throw new IncompatibleOptionException(
          "k",
          "%s is to keep %d gates, but its candidates %s have %d; write k: %d or less, or more candidates"
              .formatted(user(), count.get(), options.candidates(), index.size(), index.size()));
    }
  }

  /**
   * The gates of one softmax are k softmax(alpha), which for a single one is 1 whatever alpha is.
   */
  private void requireChoice(GateIndex index) {
    if (index.layout() != GateIndex.Layout.LAYER && index.groups().size() == index.size()) {
      throw new IncompatibleOptionException(
          "gate_layout",
          "%s with gate_layout: %s has one gate in each softmax, which is always 1, so that nothing can be learnt; %s"
              .formatted(
                  user(),
                  index.layout().word(),
                  index.layout() == GateIndex.Layout.COMPONENT
                      ? "raise lora_rank, or take another gate_layout"
                      : "take more target_modules, or another gate_layout"));
    }
  }

  @Override
  public OptionalInt chosenLayers(SelectionBounds bounds) {
    return options.selection() == SelectionRule.TOP_K
            && options.gateLayout() == GateIndex.Layout.LAYER
        ? OptionalInt.of(options.selection().count(options.k(), bounds.sameCount()).orElseThrow())
        : OptionalInt.empty();
  }

  private long parameters(SelectionBounds bounds) {
    if (options.parameters().isEmpty() && bounds.sameParameters().isEmpty()) {
      throw new IncompatibleOptionException(
          "selection",
          "selection: budget needs parameters, the most trainable parameters of all adapters, such"
              + " as parameters: 100000; there is no number to be the same as, since selector"
              + " flexora is the run's main selector or no budget is held equal");
    }
    return options.parameters().orElseGet(() -> bounds.sameParameters().getAsLong());
  }
}
