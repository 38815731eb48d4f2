package io.flexora.optimiser.basic;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/** Plain stochastic gradient descent. */
@Doc("Plain stochastic gradient descent. It keeps nothing between steps.")
public final class Sgd extends GradientDescent {

  /** Makes the optimiser. */
  @Inject
  public Sgd(SgdOptions options) {
    super(0, false, options.weightDecay());
  }
}
