package io.flexora.api.hpo;

/**
 * What one outer step of a solver takes: calls of its {@link BilevelProblem}, and memory. A solver
 * that may end early states what it takes if it does not.
 *
 * @param trainingGradients calls of {@link BilevelProblem#training}
 * @param hessianProducts calls of {@link BilevelProblem#trainingProduct}: where there are any, the
 *     graph of second derivatives is alive during each
 * @param validationGradients calls of {@link BilevelProblem#validation}
 * @param validationLosses calls of {@link BilevelProblem#validationLoss}, which take no gradient
 * @param storedThetas the most arrays of theta's length that are alive while the problem is called,
 *     the inner state before the step included
 * @since 0.1
 */
public record SolverCost(
    long trainingGradients,
    long hessianProducts,
    long validationGradients,
    long validationLosses,
    long storedThetas) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public SolverCost {
    if (trainingGradients < 0
        || hessianProducts < 0
        || validationGradients < 0
        || validationLosses < 0
        || storedThetas < 0) {
      throw new IllegalArgumentException(
          ("%d training gradients, %d Hessian products, %d validation gradients, %d validation"
                  + " losses, %d stored thetas")
              .formatted(
                  trainingGradients,
                  hessianProducts,
                  validationGradients,
                  validationLosses,
                  storedThetas));
    }
  }

  /** The cost of a solver that takes no validation loss without its gradient. */
  public SolverCost(
      long trainingGradients, long hessianProducts, long validationGradients, long storedThetas) {
    this(trainingGradients, hessianProducts, validationGradients, 0, storedThetas);
  }
}
