package io.flexora.selector.scored.measure;

/** The texts of options that several records have. */
public final class Docs {

  public static final String LAYERS =
      "how many layers to keep, or 'same' for as many as the experiment's main selector chose or"
          + " the comparison's budget holds equal";
  public static final String INNER = "how the adapters are trained in the warm-up";
  public static final String BATCH_SIZE = "batch size";
  public static final String WARM_UP =
      "optimiser steps on the adapters of all layers before they are scored. Without any, LoRA's B"
          + " is 0 and only the gradient in B counts, as that in A is 0";

  private Docs() {}
}
