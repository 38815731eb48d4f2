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
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Implicit differentiation with a Nyström approximation of the Hessian (Hataya and Yamada 2023): as
 * {@link ImplicitSolver}, but {@code (H + damping) q = dL_val/dtheta} is solved in closed form for
 * an approximation of H of low rank, whose products do not depend on the right side. They can be
 * taken once for several outer steps. For a single right side conjugate gradient gets nearer to the
 * solution with as many products, unless the rank of H is no higher.
 *
 * <p>An outer step of K inner steps takes K + 1 training gradients, {@code rank} + 1 Hessian
 * products, each of which costs about a gradient and a half where the model keeps the graph of the
 * last training gradient, and a validation gradient; with {@code refresh_every: n} the {@code rank}
 * products are taken in each n-th step alone. It keeps 2 {@code rank} vectors of theta's length
 * beside the newest iterate.
 *
 * <p>The next state has the array {@value Response#RESIDUAL} as that of {@code implicit}, of which
 * {@link ResidualWarning} warns.
 *
 * <p>The Hessian may be indefinite, as it is far from a minimum. The sketch takes it as it is, and
 * nothing here looks at the signs of its eigenvalues: near one of minus the damping the solution
 * gets far too long, and beyond it the system is solved, even with a small residual, at a theta
 * that is no minimum, of which the implicit function theorem says nothing.
 */
@Doc(
    "Differentiate the minimum of the training loss by the implicit function theorem, with a"
        + " low-rank (Nyström) approximation of the Hessian that several steps can share. A"
        + " step costs a gradient for each inner step and a Hessian product for each rank, and"
        + " keeps two copies of the adapters for each rank.")
public final class NystromSolver implements Solver {

  /** Both gradients, two views of that of validation, and the array of a product. */
  private static final int OTHER_ARRAYS = 5;

  private final InnerTraining training;
  private final NystromOptions options;
  private final double shift;
  private final ResidualWarning warning;
  private final Seeds seeds;

  @Inject
  NystromSolver(NystromOptions options, Seeds seeds, Notices notices) {
    this.training = options.training();
    this.options = options;
    this.shift = options.shift();
    this.warning = new ResidualWarning(options.damping(), options.rank(), notices);
    this.seeds = seeds;
  }

  @Override
  public InnerState start(NDManager scope, BilevelProblem problem) {
    requireRank(problem);
    return training.start(scope, problem);
  }

  @Override
  public Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    requireRank(problem);
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      InnerPosition begin = training.begin(own, problem, Response.ofOptimiser(state));
      InnerPosition end =
          training.loop(own, problem, alpha).run(own, begin, training.steps(), 0).end();
      NDArray theta = end.at().theta();
      LossGradient validation = problem.validation(own, outerStep, theta, alpha);

      long batch = Math.max(0, end.number() - 1);
      try (GradientRecord loss = problem.trainingRecord(own, batch, theta, alpha)) {
        NystromSketch sketch =
            isReused(state, outerStep)
                ? NystromSketch.of(state.arrays())
                : sketch(own, new ShiftedHessian(loss, alpha, 0), theta, outerStep);
        ShiftedHessian system = new ShiftedHessian(loss, alpha, shift);
        Response response = Response.of(own, system, validation, b -> sketch.solve(own, b, shift));
        warning.look(response.residual(), shift, () -> sketch.smallestShown(own));
        Hypergradient found =
            response.in(work, training.result(work, response.gradient(), end, validation));
        return options.refreshEvery() == 1 ? found : withSketch(work, found, sketch);
      }
    }
  }

  private boolean isReused(InnerState state, long outerStep) {
    return outerStep % options.refreshEvery() != 0 && NystromSketch.isIn(state.arrays());
  }

  private NystromSketch sketch(
      NDManager own, ShiftedHessian hessian, NDArray theta, long outerStep) {
    return NystromSketch.take(
        own,
        options.rank(),
        direction -> product(own, hessian, direction),
        i -> {
          SplittableRandom random = seeds.stream("solver", "nystrom", outerStep, i);
          return options.sketch().direction(own, theta, i, options.rank(), random);
        });
  }

  private static NDArray product(NDManager own, ShiftedHessian hessian, NDArray direction) {
    try (Workspace one = new Workspace(own)) {
      return one.keep(hessian.times(one.temporary(), direction).theta());
    }
  }

  private static Hypergradient withSketch(
      Workspace work, Hypergradient found, NystromSketch sketch) {
    Map<String, NDArray> arrays = new TreeMap<>(found.next().arrays());
    // Those of a sketch that is used again are the given state's, which stay where they are.
    sketch.arrays(work.temporary()).forEach((name, array) -> arrays.put(name, work.copy(array)));
    InnerState next = new InnerState(found.next().steps(), arrays);
    return new Hypergradient(found.gradient(), next, found.trainingLoss(), found.validationLoss());
  }

  /** While the last product of a sketch is taken, its directions and its other images are alive. */
  @Override
  public Workload cost(int gates) {
    int kept = options.refreshEvery() == 1 ? 0 : options.rank();
    Passes products = Passes.of(options.rank() + 1L);
    return training
        .cost()
        .trainingGradients(Passes.of(training.steps() + 1L))
        .hessianProducts(products)
        .recorded(products, 0)
        .storedThetas(training.trainingArrays() + 2L * options.rank() + kept + OTHER_ARRAYS);
  }

  @Override
  public int innerSteps() {
    return training.steps();
  }

  private void requireRank(BilevelProblem problem) {
    if (options.rank() > problem.parameters().size()) {
      throw new IncompatibleOptionException(
          "rank",
          "solver nystrom: rank: %d is more than the %d parameters; write rank: %d or less"
              .formatted(options.rank(), problem.parameters().size(), problem.parameters().size()));
    }
  }
}
