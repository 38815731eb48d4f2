package io.flexora.selector.flexora;

import io.flexora.numerics.optimiser.AdamW;
import io.flexora.numerics.optimiser.Optimiser;
import io.flexora.numerics.optimiser.Sgd;

/** The optimisers of alpha. */
public enum AlphaOptimiser {
  /** Adam without decay, as the authors use it. */
  ADAM {
    @Override
    Optimiser make(FlexoraOptions options) {
      return new AdamW(options.alphaBeta1(), options.alphaBeta2(), 1e-8, 0);
    }
  },
  /** Plain gradient descent, which keeps the sum of alpha. */
  SGD {
    @Override
    Optimiser make(FlexoraOptions options) {
      return Sgd.plain();
    }
  };

  abstract Optimiser make(FlexoraOptions options);
}
