package io.flexora.posterior.laplace;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.List;

/**
 * A Gaussian posterior of precision H + lambda I around trained parameters theta, where the prior
 * has mean zero and precision lambda. H is a block for each matrix.
 *
 * @param matrices the blocks of H
 * @param squaredNorm ‖theta‖² of the parameters in the blocks
 * @param logLikelihood the sum of log p(y) over the training examples, in nats
 */
record GaussianPosterior(List<MatrixPosterior> matrices, double squaredNorm, double logLikelihood) {

  private static final double TINY = 1e-30;
  private static final int HALVINGS = 200;

  GaussianPosterior {
    matrices = List.copyOf(matrices);
  }

  /** The parameters in the blocks. */
  long parameters() {
    return matrices.stream().mapToLong(MatrixPosterior::parameters).sum();
  }

  /** log det(H + lambda I). */
  double logDet(double precision) {
    return matrices.stream()
        .mapToDouble(m -> m.sum(h -> Math.log(h + precision)) + m.leftOut() * Math.log(precision))
        .sum();
  }

  /** The log marginal likelihood of the training examples, in nats: the evidence of the prior. */
  double logMarginal(double precision) {
    double penalty =
        logDet(precision) - parameters() * Math.log(precision) + precision * squaredNorm;
    return logLikelihood - penalty / 2;
  }

  /** How many parameters the data determine rather than the prior: the sum of h / (h + lambda). */
  double effectiveParameters(double precision) {
    return matrices.stream().mapToDouble(m -> m.sum(h -> h / (h + precision))).sum();
  }

  /** The derivative of {@link #logMarginal} in log lambda. */
  double gradientLogPrecision(double precision) {
    return (effectiveParameters(precision) - precision * squaredNorm) / 2;
  }

  /**
   * The prior precision of the largest evidence: the only zero of the gradient, whose first term
   * falls with lambda and whose second one grows.
   *
   * @throws FlexoraException if there is none, as the parameters are zero or H is
   */
  double bestPrecision() {
    double eigenvalues = matrices.stream().mapToDouble(m -> m.sum(h -> h > 0 ? 1 : 0)).sum();
    double high = Math.log(eigenvalues / squaredNorm);
    if (!Double.isFinite(high)) {
      throw new IncompatibleOptionException(
          "prior_precision",
          squaredNorm == 0
              ? "the evidence has no best prior_precision, as all trained parameters are zero; write one"
              : "the evidence has no best prior_precision, as no class output depends on the trained"
                  + " parameters; write one");
    }
    double low = high;
    while (gradientLogPrecision(Math.exp(low)) < 0) {
      low -= 1;
      if (low < Math.log(TINY)) {
        throw new IncompatibleOptionException(
            "prior_precision",
            "the evidence has no best prior_precision, as the model is certain of all training"
                + " examples; write one, or train fewer steps");
      }
    }
    for (int i = 0; i < HALVINGS && low < high; i++) {
      double middle = (low + high) / 2;
      if (middle == low || middle == high) {
        break;
      }
      if (gradientLogPrecision(Math.exp(middle)) > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp((low + high) / 2);
  }
}
