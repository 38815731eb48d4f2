package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.Doc;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;

/**
 * Two-sided random differences of the whole inner training (simultaneous perturbation, Spall 1992):
 * the mean over q directions u of {@code (F(alpha + sigma u) - F(alpha - sigma u)) / (2 sigma) u},
 * where F is the validation loss after the inner steps at moved gates. Each side begins at the same
 * theta and sees the same batches and the same dropout, so that the difference is that of the gates
 * alone. It differentiates nothing through the steps, so it is right for any of them; its error is
 * random, with a length of about {@code sqrt(n / q)} times that of the gradient, for n gates.
 *
 * <p>An outer step of K inner steps takes (2 q + 1) K training gradients and 2 q + 1 validation
 * losses, and keeps theta and what the optimiser keeps up to four times. Where theta has hardly
 * been trained, the two losses differ by less than rounding to 16 bits makes of them, so the model
 * has to compute in float32.
 */
@Doc(
    "Train theta at randomly moved gates and compare the validation losses (zero-order). A step"
        + " costs two trainings for each direction beside its own, and no derivative through them;"
        + " its gradient is noisy, so it is for few gates. The model has to compute in float32, as"
        + " a difference is lost in bf16.")
public final class ZeroOrderSolver implements Solver {

  private final InnerTraining training;
  private final int count;
  private final double sigma;
  private final int maxGates;
  private final Directions directions;

  @Inject
  ZeroOrderSolver(ZeroOrderOptions options, Seeds seeds) {
    this(options, new GaussianDirections(seeds, options.centered()));
  }

  ZeroOrderSolver(ZeroOrderOptions options, Directions directions) {
    this.training = options.training();
    this.count = options.directions();
    this.sigma = options.sigma();
    this.maxGates = options.maxGates();
    this.directions = directions;
  }

  @Override
  public InnerState start(NDManager scope, BilevelProblem problem) {
    requireFew(problem.gates());
    return training.start(scope, problem);
  }

  @Override
  public Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    requireFew(problem.gates());
    try (Workspace work = new Workspace(scope)) {
      double[] gradient = new double[problem.gates()];
      for (int j = 0; j < count; j++) {
        double[] u = directions.direction(outerStep, j, gradient.length);
        double up = moved(work, problem, state, alpha, u, sigma, outerStep);
        double down = moved(work, problem, state, alpha, u, -sigma, outerStep);
        double quotient = (up - down) / (2 * sigma);
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] += quotient * u[i] / count;
        }
      }
      NDManager own = work.temporary();
      InnerPosition end = trained(own, problem, state, alpha);
      double loss = problem.validationLoss(own, outerStep, end.at().theta(), alpha);
      NDArray found =
          NativeArrays.convert(own, NativeArrays.of(own, gradient), alpha.getDataType());
      return training.result(work, found, end, loss);
    }
  }

  /** The validation loss after the inner steps at moved gates. */
  private double moved(
      Workspace work,
      BilevelProblem problem,
      InnerState state,
      NDArray alpha,
      double[] direction,
      double by,
      long outerStep) {
    try (Workspace one = new Workspace(work.temporary())) {
      NDManager own = one.temporary();
      NDArray step =
          NativeArrays.convert(own, NativeArrays.of(own, direction), alpha.getDataType());
      NDArray at = one.share(alpha).add(step.mul(by));
      InnerPosition end = trained(own, problem, state, at);
      return problem.validationLoss(own, outerStep, end.at().theta(), at);
    }
  }

  private InnerPosition trained(
      NDManager own, BilevelProblem problem, InnerState state, NDArray alpha) {
    return training
        .loop(own, problem, alpha)
        .run(own, training.begin(own, problem, state), training.steps(), 0)
        .end();
  }

  @Override
  public Workload cost(int gates) {
    requireFew(gates);
    long trainings = 2L * count + 1;
    return Workload.CALLS
        .trainingGradients(Passes.of(trainings * training.steps()))
        .forward(Passes.of(trainings))
        .storedThetas(training.trainingArrays());
  }

  @Override
  public int innerSteps() {
    return training.steps();
  }

  @Override
  public boolean usesFiniteDifferences() {
    return true;
  }

  private void requireFew(int gates) {
    if (gates > maxGates) {
      throw new IncompatibleOptionException(
          "max_gates",
          ("solver zero-order would estimate the gradient in %d gates from %d random directions,"
                  + " with an error of about %.0f %% of its length, and accepts %d gates; use solver"
                  + " penalty or sama, which take no Hessian product either, or write max_gates: %d")
              .formatted(gates, count, 100 * Math.sqrt((double) gates / count), maxGates, gates));
    }
  }
}
