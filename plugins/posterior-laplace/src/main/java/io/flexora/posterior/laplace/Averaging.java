package io.flexora.posterior.laplace;

import io.flexora.api.ability.ClassGradients.Differentiated;

/** A way to average probabilities over the Gaussian distribution of the class outputs. */
enum Averaging {
  /** The softmax of samples, which sees the differences between class outputs alone. */
  MC(Differentiated.DIFFERENCES),

  /** The softmax of means over what the variance of each class output makes of them. */
  PROBIT(Differentiated.OUTPUTS);

  private final Differentiated differentiated;

  Averaging(Differentiated differentiated) {
    this.differentiated = differentiated;
  }

  /** The gradients that it needs. */
  Differentiated differentiated() {
    return differentiated;
  }
}
