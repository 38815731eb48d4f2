package io.flexora.optimiser.basic;

import io.flexora.api.plugin.Doc;
import jakarta.inject.Inject;

/** Gradient descent with a velocity that looks ahead. */
@Doc(
    "Gradient descent with a velocity that looks ahead (Nesterov), as PyTorch defines it. It keeps one array of theta's size.")
public final class Nesterov extends GradientDescent {

  /** Makes the optimiser. */
  @Inject
  public Nesterov(MomentumOptions options) {
    super(options.momentum(), true, options.weightDecay());
  }
}
