package {{package}};

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.model.LossGradient;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.bilevel.InnerLoop;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;

/**
 * Estimates the hypergradient by the validation loss's gradient in the gates at fixed theta, averaged
 * over the begin and the end of the inner steps: it does not see how the gates move theta, but it
 * is not that of a single theta either.
 *
 * <p>An outer step of K inner steps takes K training gradients and two validation gradients.
 */
@Doc(
    "Average the validation loss's gradient in the gates over the begin and the end of the inner"
        + " steps. A step costs a gradient for each inner step and two on validation examples.")
public final class {{type}}Solver implements Solver {

  private final InnerTraining training;

  @Inject
  {{type}}Solver({{type}}Options options) {
    training = options.training();
  }

  @Override
  public InnerState start(NDManager scope, BilevelProblem problem) {
    return training.start(scope, problem);
  }

  @Override
  public Hypergradient step(
      NDManager scope, BilevelProblem problem, InnerState state, NDArray alpha, long outerStep) {
    // What is computed on the way is freed at the end; what training.result keeps, is not.
    try (Workspace work = new Workspace(scope)) {
      NDManager own = work.temporary();
      NDArray before = gates(problem.validation(own, outerStep, state.theta(), alpha));
      InnerLoop loop = training.loop(own, problem, alpha);
      InnerPosition begin = training.begin(own, problem, state);
      InnerPosition end = loop.run(own, begin, training.steps(), 0).end();
      LossGradient validation = problem.validation(own, outerStep, end.at().theta(), alpha);
      NDArray gradient = before.add(gates(validation)).div(2);
      return training.result(work, gradient, end, validation);
    }
  }

  private static NDArray gates(LossGradient validation) {
    return validation.alpha().orElseThrow();
  }

  @Override
  public int innerSteps() {
    return training.steps();
  }
}
