package io.flexora.selector.pruned;

import io.flexora.api.plan.GateIndex;
import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.layer.LayerCount;
import java.util.Optional;
import java.util.stream.Stream;

/** The options of {@code prune-trained}. */
public record PruneTrainedOptions(
    @Option(
            doc =
                "the order of pruning. spectrum: smallest singular values of all trained s B"
                    + " A first, which gives each module its own rank; backward: smallest rise"
                    + " of the validation loss first; boundary: layers from the top or the"
                    + " bottom, whichever is better on validation examples; magnitude:"
                    + " smallest norm of s B A first; fisher: smallest loss by the squared"
                    + " gradients at the trained point first; gates: multipliers of the"
                    + " trained parts, driven to zero by a penalty; random; first, middle,"
                    + " last: keep these layers",
            byDefault = "spectrum")
        PruningRule rule,
    @Option(
            doc =
                "the unit that is pruned: layer; module, the same one in all layers;"
                    + " layer-module, a module of one layer; component, a rank-one part of a"
                    + " module. Default: component for spectrum, layer for the others")
        Optional<GateIndex.Layout> grain,
    @Option(
            doc =
                "maximum number of trainable parameters kept in all adapters: a number, a"
                    + " share of the parameters on all layers, such as 25%, or 'same' for as"
                    + " many as the experiment's main selector chose or the comparison's"
                    + " budget holds equal. Default without layers and margin: same where"
                    + " there is one, else 25%")
        Optional<String> parameters,
    @Option(
            doc =
                "in place of parameters, with grain: layer: how many layers are kept, or 'same' for"
                    + " as many as the experiment's main selector chose or the comparison's budget"
                    + " holds equal")
        Optional<String> layers,
    @Option(
            doc =
                "in place of parameters: the least is kept whose validation loss, in nats, is not"
                    + " worse than that of all by more than this, by a one-sided paired test at 95"
                    + " %",
            min = 0)
        Optional<Double> margin,
    @Option(
            doc =
                "with margin: number of candidate sizes, tested in decreasing order until"
                    + " one is worse; more of them keep closer to the margin",
            byDefault = "16",
            min = 1)
        int looks,
    @Option(
            doc =
                "with margin: the share of the validation examples that the test is made on and"
                    + " that the order of the rule does not see. Default: 0.5 for backward,"
                    + " fisher and gates, and 1 for the others, whose order depends on no validation example",
            min = 0,
            minExclusive = true,
            max = 1)
        Optional<Double> confirm,
    @Option(
            doc =
                "with spectrum: weight the singular values by the second moment of each"
                    + " module's inputs, which changes the module's outputs least",
            byDefault = "false")
        boolean weighted,
    @Option(
            doc = "with weighted: the training examples whose inputs are seen",
            byDefault = "64",
            min = 1)
        int weightingExamples,
    @Option(
            doc =
                "with backward: once ranks all units by the loss without each (one pass over"
                    + " the validation examples for each unit); greedy ranks the rest again"
                    + " after each removal (n (n + 1) / 2 passes)",
            byDefault = "once")
        BackwardOrder order,
    @Option(
            doc =
                "with gates: the gradients over validation examples, 128 at most, by which the"
                    + " multipliers move from 1 towards 0 while their penalty grows",
            byDefault = "40",
            min = 1)
        int gateSteps,
    @Option(
            doc =
                "further training steps after pruning; 0 evaluates the pruned adapters as they are",
            byDefault = "0",
            min = 0)
        long finish) {

  private static final String SAME = "same";

  /** The order of removals by {@code backward}. */
  public enum BackwardOrder {
    /** Everything is left out once. */
    ONCE,
    /** The remaining parts are tried again after each removal. */
    GREEDY
  }

  /**
   * Checks that one budget is written, and that options belong to the rule.
   *
   * @throws IllegalArgumentException if they do not go together
   */
  public PruneTrainedOptions {
    parameters.ifPresent(PruneTrainedOptions::requireParameters);
    layers.ifPresent(LayerCount::new);
    if (Stream.of(parameters, layers, margin).filter(Optional::isPresent).count() > 1) {
      throw OptionException.of(
          margin.isPresent() ? "margin" : "layers",
          "parameters, layers and margin each decide how much is kept; write one of them");
    }
    if (layers.isPresent() && grain(rule, grain) != GateIndex.Layout.LAYER) {
      throw OptionException.of(
          "layers",
          "layers: %s counts whole layers, but %s are dropped here; write parameters, or grain: layer%s"
              .formatted(
                  layers.get(),
                  grain(rule, grain).word() + "s",
                  rule == PruningRule.SPECTRUM ? " with another rule, such as magnitude" : ""));
    }
    if (rule == PruningRule.SPECTRUM && grain(rule, grain) != GateIndex.Layout.COMPONENT) {
      throw OptionException.of(
          "grain",
          "rule: spectrum drops singular values, so its grain is component; write rule: magnitude for grain: %s"
              .formatted(grain.orElseThrow().word()));
    }
    if (rule.ordersLayers() && grain(rule, grain) == GateIndex.Layout.MODULE) {
      throw OptionException.of(
          "grain",
          "rule: %s orders layers, but grain: module drops a module of all layers; write grain: layer"
              .formatted(rule.word()));
    }
    if (weighted && rule != PruningRule.SPECTRUM) {
      throw OptionException.of(
          "weighted", "weighted belongs to rule: spectrum; write that, or leave weighted out");
    }
  }

  private static void requireParameters(String written) {
    boolean number = written.matches("[1-9]\\d{0,17}");
    boolean share = written.matches("\\d{1,3}(\\.\\d+)?%");
    double value = share ? share(written) : 1;
    OptionException.require(
        "parameters",
        (number || share || written.equals(SAME)) && 0 < value && value <= 1,
        written,
        "neither a number of parameters, such as 20000, nor a share above 0% and up to 100%, such"
            + " as 25%, nor 'same'");
  }

  private static double share(String written) {
    return Double.parseDouble(written.substring(0, written.length() - 1)) / 100;
  }

  private static GateIndex.Layout grain(PruningRule rule, Optional<GateIndex.Layout> written) {
    return written.orElse(
        rule == PruningRule.SPECTRUM ? GateIndex.Layout.COMPONENT : GateIndex.Layout.LAYER);
  }

  /** The parts that are dropped as a whole. */
  GateIndex.Layout layout() {
    return grain(rule, grain);
  }

  /** The share of the validation examples that a test is made on. */
  double confirmed() {
    return confirm.orElse(rule.readsValidation() ? 0.5 : 1);
  }
}
