package io.flexora.selector.flexora;

import io.flexora.api.plan.GateIndex;
import io.flexora.api.plugin.Doc;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.SelectionBounds;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Function;

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
@Benchmarked("measured.csv")
public final class AutoloraSelector extends GateSelector {

  private final AutoloraOptions options;

  @Inject
  AutoloraSelector(AutoloraOptions options) {
    super("autolora", options, GateIndex.Layout.COMPONENT);
    this.options = options;
  }

  @Override
  Function<Gates, List<Integer>> rule(GateIndex index, SelectionBounds bounds) {
    return gates -> SearchedRanks.kept(gates, options.threshold());
  }
}
