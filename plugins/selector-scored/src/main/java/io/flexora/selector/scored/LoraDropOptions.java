package io.flexora.selector.scored;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.layer.LayerCount;
import java.util.Optional;

/** The options of {@code lora-drop}. */
public record LoraDropOptions(
    @Option(
            doc =
                "the layers with the largest shares are kept until their sum reaches this; 0.9 where"
                    + " neither it nor layers is written",
            min = 0,
            minExclusive = true,
            max = 1)
        Optional<Double> threshold,
    @Option(doc = Docs.LAYERS + "; instead of threshold") Optional<String> layers,
    @Option(
            doc =
                "normalise the squared output of an adapter by that of the frozen module, which"
                    + " grows with depth in some models",
            byDefault = "false")
        boolean relative,
    @Option(
            doc =
                "separate: shares among the modules of each kind, such as query, averaged over"
                    + " a layer; together: sums over a layer's modules, so that modules with the"
                    + " largest outputs dominate",
            byDefault = "separate")
        Modules modules,
    @Option(doc = "training batches over which the outputs are measured", byDefault = "8", min = 1)
        int batches,
    @Option(doc = Docs.BATCH_SIZE, byDefault = "8", min = 1) int batchSize,
    @Option(
            doc =
                "optimiser steps on the adapters of all layers before their outputs are measured; at"
                    + " least one, since before the first they put out nothing",
            byDefault = "100",
            min = 1)
        int warmupSteps,
    @Option(doc = Docs.INNER, byDefault = "{}") InnerOptions inner,
    @Option(
            doc =
                "let the layers that are not kept share one adapter for each module, as in the"
                    + " paper; otherwise they have none",
            byDefault = "false")
        boolean share) {

  private static final double USUAL = 0.9;

  /** How the modules of a layer are put together. */
  public enum Modules {
    /** The mean of their shares among the modules of each kind. */
    SEPARATE,
    /** The share of their sum. */
    TOGETHER
  }

  /**
   * Checks the number of layers.
   *
   * @throws IllegalArgumentException if it is neither a number nor {@code same}, or written beside
   *     a threshold
   */
  public LoraDropOptions {
    layers.ifPresent(LayerCount::new);
    if (layers.isPresent() && threshold.isPresent()) {
      throw OptionException.of(
          "threshold",
          "layers: %s and threshold: %s are both written; each decides how many layers are kept, so"
                  .formatted(layers.get(), threshold.get())
              + " write one of them");
    }
  }

  /** The least sum of the shares that are kept, where no number of layers is written. */
  double leastSum() {
    return threshold.orElse(USUAL);
  }

  Measurement measurement() {
    return new Measurement(
        new AdapterShares(relative, modules == Modules.TOGETHER),
        batches,
        batchSize,
        WarmUp.of(warmupSteps, batchSize, inner));
  }
}
