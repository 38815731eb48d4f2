package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.bilevel.InnerLoop;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The penalty method F2SA (Kwon et al. 2023): that theta minimises the training loss becomes a
 * penalty on how far it is from doing so. One copy y of theta learns {@code L_val + lambda L_tr},
 * another one, z, {@code L_tr} alone, and the hypergradient is {@code dL_val(y)/dalpha + lambda
 * (dL_tr(y)/dalpha - dL_tr(z)/dalpha)} with both training gradients of the last inner step's batch.
 * No step is differentiated. The bias falls as 1 / lambda where both copies have converged; what
 * they have not is multiplied by lambda. With {@code richardson} a third copy learns at 2 lambda,
 * and {@code 2 G(2 lambda) - G(lambda)} has a bias of 1 / lambda².
 *
 * <p>The weight decay of gradient descent, with or without momentum, and of adam is part of L_tr
 * and multiplied by lambda with it. Decoupled decay is left to the optimiser.
 *
 * <p>theta is y. An outer step of K inner steps takes 2 K + 2 training gradients and K + 1
 * validation gradients, with {@code richardson} 3 K + 3 and 2 K + 2; it keeps two (three) copies of
 * theta and of what the optimiser keeps.
 */
@Doc(
    "Train one copy of theta on validation plus penalty times training loss, another on the"
        + " training loss alone, and compare their gradients in the gates (F2SA, fully"
        + " first-order). A step costs two training gradients and a validation gradient for"
        + " each inner step, no Hessian product, and two copies of the adapters.")
public final class PenaltySolver implements Solver {

  private static final String MINIMUM = "minimum.";
  private static final String DOUBLE = "double.";

  private final PenaltyOptions options;
  private final InnerTraining training;
  private final double decay;

  @Inject
  PenaltySolver(PenaltyOptions options) {
    this.options = options;
    this.training = options.training();
    this.decay = options.l2Penalty();
  }

  @Override
  public InnerState start(NDManager scope, BilevelProblem problem) {
    InnerState start = training.start(scope, problem);
    Map<String, NDArray> arrays = new TreeMap<>(start.arrays());
    for (String copy : copies()) {
      start.arrays().forEach((name, array) -> arrays.put(copy + name, copy(scope, array)));
    }
    return new InnerState(0, arrays);
  }

  /** The prefixes of the copies beside y. */
  private String[] copies() {
    return options.richardson() ? new String[] {MINIMUM, DOUBLE} : new String[] {MINIMUM};
  }

  private static NDArray copy(NDManager scope, NDArray array) {
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return copy;
  }

  @Override
  public Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    try (Workspace work = new Workspace(scope)) {
      Copies copies = new Copies(work.temporary(), problem, state, alpha, outerStep);
      double lambda = options.penalty(outerStep);
      InnerPosition z = copies.trained(MINIMUM, problem);
      NDArray minimum = copies.inGates(z);
      Penalised y = copies.penalised("", lambda, minimum);
      Map<String, NDArray> arrays = new TreeMap<>();
      copies.put(arrays, MINIMUM, z);
      NDArray gradient = y.gradient();
      if (options.richardson()) {
        Penalised twice = copies.penalised(DOUBLE, 2 * lambda, minimum);
        copies.put(arrays, DOUBLE, twice.end());
        gradient = twice.gradient().mul(2).sub(gradient);
      }
      Hypergradient found = training.result(work, gradient, y.end(), y.validation());
      arrays.replaceAll((name, array) -> work.copy(array));
      arrays.putAll(found.next().arrays());
      return new Hypergradient(
          found.gradient(),
          new InnerState(found.next().steps(), arrays),
          found.trainingLoss(),
          found.validationLoss());
    }
  }

  /**
   * A copy that has learnt both losses.
   *
   * @param gradient the estimate that is made of it
   */
  private record Penalised(InnerPosition end, LossGradient validation, NDArray gradient) {}

  /** The copies of theta in one outer step. */
  private final class Copies {

    private final NDManager own;
    private final BilevelProblem problem;
    private final InnerState state;
    private final NDArray alpha;
    private final long outerStep;

    Copies(NDManager own, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
      this.own = own;
      this.problem = problem;
      this.state = state;
      this.alpha = alpha;
      this.outerStep = outerStep;
    }

    /** Trains a copy on a problem. */
    InnerPosition trained(String copy, BilevelProblem on) {
      InnerLoop loop = training.loop(own, on, alpha);
      return loop.run(own, training.begin(own, problem, part(copy)), training.steps(), 0).end();
    }

    private InnerState part(String copy) {
      Map<String, NDArray> arrays = new TreeMap<>();
      names().forEach(name -> arrays.put(name, state.arrays().get(copy + name)));
      return new InnerState(state.steps(), arrays);
    }

    private Stream<String> names() {
      return Stream.concat(
          Stream.of(InnerState.THETA),
          training.options().update().optimiser().get().stateNames().stream());
    }

    /** The training loss's gradient in the gates, of the batch of the last inner step. */
    NDArray inGates(InnerPosition end) {
      LossGradient found = problem.training(own, end.number() - 1, end.at().theta(), alpha);
      found.theta().close();
      return found.alpha().orElseThrow();
    }

    Penalised penalised(String copy, double lambda, NDArray minimum) {
      InnerPosition end = trained(copy, new PenalisedProblem(problem, outerStep, lambda, decay));
      LossGradient validation = problem.validation(own, outerStep, end.at().theta(), alpha);
      NDArray apart = inGates(end).sub(minimum);
      NDArray gradient = validation.alpha().orElseThrow().add(apart.mul(lambda));
      return new Penalised(end, validation, gradient);
    }

    void put(Map<String, NDArray> arrays, String copy, InnerPosition end) {
      end.at().arrays().forEach((name, array) -> arrays.put(copy + name, array));
    }
  }

  /** While the last copy is trained, those before it are where they have ended. */
  @Override
  public Workload cost(int gates) {
    long steps = training.steps();
    long copies = options.richardson() ? 3 : 2;
    long position = training.positionArrays();
    long begin = training.restart() ? position : 0;
    return Workload.CALLS
        .trainingGradients(Passes.of(copies * (steps + 1)))
        .validationGradients(Passes.of((copies - 1) * (steps + 1)))
        .storedThetas(
            2 * copies * position
                + copies * begin
                + copies * training.options().update().ruleArrays()
                + copies);
  }

  @Override
  public int innerSteps() {
    return training.steps();
  }
}
