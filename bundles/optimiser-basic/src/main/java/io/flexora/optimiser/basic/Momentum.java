package io.flexora.optimiser.basic;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/** Gradient descent with a velocity. */
@Doc("Gradient descent with a velocity, as PyTorch defines it. It keeps one array of theta's size.")
public final class Momentum extends GradientDescent {

  /** Makes the optimiser. */
  @Inject
  public Momentum(MomentumOptions options) {
    super(options.momentum(), false, options.weightDecay());
  }
}
