package io.flexora.api.hpo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Moves theta by some inner steps and estimates how the validation loss depends on alpha. It knows
 * the problem only, no model.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "solver", affects = Effect.SEARCH)
public interface Solver {

  /** The inner state before the first outer step. */
  InnerState start(NDManager scope, BilevelProblem problem);

  /**
   * Does one outer step. A pure function: the same state, alpha and number give the same result.
   *
   * @param scope the owner of what is returned; nothing else stays alive
   * @param problem the problem
   * @param state the state that {@link #start} or the step before returned
   * @param alpha the gates {@code [gates]}, held fixed during the step
   * @param outerStep the number of the step, from 0
   */
  Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep);

  /** How many inner steps one outer step takes. */
  int innerSteps();

  /**
   * The work of one outer step, in calls of its {@link BilevelProblem}, for estimates of time and
   * memory: a forward pass is a validation loss, and the inner state before the step counts among
   * the stored thetas.
   *
   * @param gates the length of alpha
   * @throws io.flexora.api.run.FlexoraException if the solver does not accept so many
   */
  Workload cost(int gates);

  /**
   * Whether the estimate rests on differences of gradients or losses at points that lie close
   * together, which rounding to 16 bits drowns. Who uses such a solver refuses a model that
   * computes in so few.
   */
  default boolean usesFiniteDifferences() {
    return false;
  }
}
