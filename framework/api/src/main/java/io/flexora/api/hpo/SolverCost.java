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
 * @param recordedProducts how many of the products are those of a {@link
 *     io.flexora.api.model.GradientRecord}, which take no gradient of their own
 * @param keptGraphs how many of these records are kept while the validation loss is differentiated
 * @since 0.1
 */
public record SolverCost(
    long trainingGradients,
    long hessianProducts,
    long validationGradients,
    long validationLosses,
    long storedThetas,
    long recordedProducts,
    int keptGraphs) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative, or more products are recorded than taken
   */
  public SolverCost {
    if (trainingGradients < 0
        || hessianProducts < 0
        || validationGradients < 0
        || validationLosses < 0
        || storedThetas < 0
        || recordedProducts < 0
        || recordedProducts > hessianProducts
        || keptGraphs < 0) {
      throw new IllegalArgumentException(
          ("%d training gradients, %d Hessian products, %d validation gradients, %d validation"
                  + " losses, %d stored thetas, %d recorded products, %d kept graphs")
              .formatted(
                  trainingGradients,
                  hessianProducts,
                  validationGradients,
                  validationLosses,
                  storedThetas,
                  recordedProducts,
                  keptGraphs));
    }
  }

  /** The cost of a solver that records no gradient. */
  public SolverCost(
      long trainingGradients,
      long hessianProducts,
      long validationGradients,
      long validationLosses,
      long storedThetas) {
    this(
        trainingGradients,
        hessianProducts,
        validationGradients,
        validationLosses,
        storedThetas,
        0,
        0);
  }

  /** The cost of a solver that takes no validation loss without its gradient. */
  public SolverCost(
      long trainingGradients, long hessianProducts, long validationGradients, long storedThetas) {
    this(trainingGradients, hessianProducts, validationGradients, 0, storedThetas);
  }

  /** The same with records of gradients. */
  public SolverCost withRecords(long products, int kept) {
    return new SolverCost(
        trainingGradients,
        hessianProducts,
        validationGradients,
        validationLosses,
        storedThetas,
        products,
        kept);
  }
}
