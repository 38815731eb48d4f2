package io.flexora.api.hpo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.model.HasAbilities;
import io.flexora.api.plan.ParameterIndex;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Minimise the validation loss over alpha, where theta minimises the training loss at that alpha.
 *
 * <p>Which batch, and which dropout, belongs to a step is a function of the step's number: a step
 * can be computed again, and is then the same. Results belong to the scope that is passed in.
 *
 * @since 0.1
 */
@ProviderType
public interface BilevelProblem extends HasAbilities {

  /** The index of theta. */
  ParameterIndex parameters();

  /** The length of alpha: the number of gates. */
  int gates();

  /** Theta before the first inner step. */
  NDArray initialTheta(NDManager scope);

  /**
   * The training loss of an inner step, with its gradients, averaged over its batches.
   *
   * @param scope the owner of the gradients
   * @param theta a number for each parameter, {@code [parameters().size()]}, float32 or float64
   * @param alpha a number for each gate, {@code [gates()]}, float32 or float64; best of theta's
   *     type, as by {@code scope.zeros(new Shape(gates()), theta.getDataType())}
   * @throws IllegalArgumentException if an array has another shape or no such type
   */
  LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha);

  /**
   * The loss of the training examples of an inner step as {@link #validation} takes it, without
   * dropout and the penalty of an adapter method, with its gradients. By default that of {@link
   * #training}, for problems that have neither.
   */
  default LossGradient trainingEvaluation(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return training(scope, innerStep, theta, alpha);
  }

  /** The Hessian of the training loss of an inner step times a direction. */
  Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u);

  /**
   * The training loss of an inner step with its gradients, to be differentiated further: as {@link
   * #training}, and with products as {@link #trainingProduct}, which need not compute the gradient
   * again where the model has kept its graph.
   *
   * @param scope the owner of the gradients and of what is kept
   * @param theta an array that lives as long as the scope, as alpha
   */
  default GradientRecord trainingRecord(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return GradientRecord.of(
        training(scope, innerStep, theta, alpha),
        (owner, u) -> trainingProduct(owner, innerStep, theta, alpha, u));
  }

  /**
   * The validation loss of an outer step, without dropout, with its gradients.
   *
   * @param scope the owner of the gradients
   * @param theta as in {@link #training}
   * @param alpha as in {@link #training}
   * @throws IllegalArgumentException if an array has another shape or no such type
   */
  LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha);

  /**
   * The loss that {@link #validation} tells, without its gradients where these cost something.
   *
   * @param scope the owner of temporary arrays
   */
  default double validationLoss(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return validation(scope, outerStep, theta, alpha).loss();
  }
}
