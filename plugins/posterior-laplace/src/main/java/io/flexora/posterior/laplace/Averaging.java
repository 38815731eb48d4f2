package io.flexora.posterior.laplace;

/** How probabilities are averaged over the Gaussian distribution of the class outputs. */
enum Averaging {
  MC,
  PROBIT
}
