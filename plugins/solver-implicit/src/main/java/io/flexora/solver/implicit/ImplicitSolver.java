package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Notices;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;

/**
 * Implicit differentiation (Pedregosa 2016; Lorraine et al. 2020): were theta a minimum of the
 * training loss, the hypergradient would be {@code dL_val/dalpha - M q} with {@code (H + damping) q
 * = dL_val/dtheta}. The Hessian H and the mixed derivative M are those of the last inner step's
 * batch.
 *
 * <p>An outer step of K inner steps takes K + 1 training gradients, up to {@code iterations} + 1
 * Hessian products, each of which costs about a gradient and a half where the model keeps the graph
 * of the last training gradient, and a validation gradient. It keeps no history of the steps:
 * besides the newest iterate 5 vectors of theta's length, whatever K is.
 *
 * <p>The next state has the array {@value Response#RESIDUAL} {@code [1]}, float64: the length of
 * {@code dL_val/dtheta - (H + damping) q} over that of {@code dL_val/dtheta}; 0 is a perfect
 * solution, and 1 is as good as none.
 */
@Doc(
    "Differentiate the minimum of the training loss in the gates by the implicit function theorem,"
        + " with conjugate gradient or a Neumann series. A step costs a gradient for each inner"
        + " step and some Hessian products; memory does not grow with the inner steps.")
public final class ImplicitSolver implements Solver {

  /**
   * The right side with two views of it; the solution, the residual and the direction; the training
   * gradient.
   */
  private static final int SYSTEM_ARRAYS = 7;

  private final InnerTraining training;
  private final LinearSolver solver;
  private final double shift;
  private final int iterations;

  @Inject
  ImplicitSolver(ImplicitOptions options, Notices notices) {
    this.training = options.training();
    this.shift = options.shift();
    this.solver = options.method().make(options, new OneTimeNotice(notices));
    this.iterations = options.iterations();
  }

  @Override
  public InnerState start(NDManager scope, BilevelProblem problem) {
    return training.start(scope, problem);
  }

  @Override
  public Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      InnerPosition begin = training.begin(own, problem, Response.ofOptimiser(state));
      InnerPosition end =
          training.loop(own, problem, alpha).run(own, begin, training.steps(), 0).end();
      NDArray theta = end.at().theta();
      LossGradient validation = problem.validation(own, outerStep, theta, alpha);

      long batch = Math.max(0, end.number() - 1);
      try (GradientRecord loss = problem.trainingRecord(own, batch, theta, alpha)) {
        ShiftedHessian system = new ShiftedHessian(loss, alpha, shift);
        Response response = Response.of(own, system, validation, b -> solver.solve(own, system, b));
        return response.in(work, training.result(work, response.gradient(), end, validation));
      }
    }
  }

  /** Conjugate gradient may end before its last product. */
  @Override
  public Workload cost(int gates) {
    Passes products = Passes.of(iterations + 1L);
    return training
        .cost()
        .trainingGradients(Passes.of(training.steps() + 1L))
        .hessianProducts(products)
        .recorded(products, 0)
        .storedThetas(training.trainingArrays() + SYSTEM_ARRAYS);
  }

  @Override
  public int innerSteps() {
    return training.steps();
  }
}
