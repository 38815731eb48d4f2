package io.flexora.solver.hessianfree;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.InnerState;
import io.flexora.api.hpo.Solver;
import io.flexora.api.optimiser.Iterate;
import io.flexora.api.plugin.Doc;
import io.flexora.numerics.bilevel.FiniteDifferences;
import io.flexora.numerics.bilevel.InnerLoop;
import io.flexora.numerics.bilevel.InnerPosition;
import io.flexora.numerics.bilevel.InnerStep;
import io.flexora.numerics.bilevel.InnerTraining;
import io.flexora.numerics.vector.Workspace;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * SAMA (Choe et al. 2023): the identity in place of the inverse Hessian, seen through the
 * optimiser. The validation gradient is pulled back through the last optimiser step, and its
 * product with the mixed derivative is a difference of two training gradients of that step's batch.
 *
 * <p>That is {@code truncated} with a truncation of 1 and finite differences. Published SAMA knows
 * adam alone, leaves out its bias corrections, so that its gradient is too long at first (five
 * times after three steps), and compares gradients after the step; here any optimiser's exact
 * reverse is taken, clipping and a learning rate of the head included, and {@code around:
 * after-last-step} asks for the published place.
 *
 * <p>An outer step of K inner steps takes K + 2 training gradients and a validation gradient, no
 * Hessian product, and keeps theta, the optimiser's state and the gradient of one step: with adamw
 * 4 vectors of theta's length. Rounding to 16 bits drowns the difference, so the model has to
 * compute in float32.
 */
@Doc(
    "Pull the validation gradient back through the last optimiser step and compare two training"
        + " gradients along it (SAMA, NeurIPS 2023). A step costs two gradients more than its inner"
        + " steps and one on validation examples, and no Hessian product. The model has to compute"
        + " in float32, as a difference is lost in bf16.")
public final class SamaSolver implements Solver {

  /** The last gradient, the cotangents, and what a difference makes. */
  private static final int GRADIENT_AND_PRODUCT = 11;

  private final InnerTraining training;
  private final PerturbedTheta around;
  private final Optional<Double> perturbation;

  @Inject
  SamaSolver(SamaOptions options) {
    this.training = options.training();
    this.around = options.around();
    this.perturbation = options.perturbation();
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
      InnerLoop loop = training.loop(own, problem, alpha);
      InnerLoop.Trajectory path =
          loop.run(own, training.begin(own, problem, state), training.steps(), 1);
      InnerPosition end = path.end();
      InnerStep last = path.last().pop();
      LossGradient validation = problem.validation(own, outerStep, end.at().theta(), alpha);

      Iterate cotangent = cotangent(own, end.at(), validation.theta());
      NDArray u =
          loop.rule().reverse(own, last.at(), last.gradient(), last.count(), cotangent).gradient();
      NDArray none = own.zeros(new Shape(problem.gates()), alpha.getDataType());
      Direction product =
          new FiniteDifferences(problem, perturbation)
              .trainingProduct(
                  own, last.number(), around.of(last, end), alpha, new Direction(u, none));
      NDArray gradient = validation.alpha().orElseThrow().add(product.alpha());
      return training.result(work, gradient, end, validation);
    }
  }

  /** The validation loss depends on theta alone, not on what the optimiser keeps. */
  private static Iterate cotangent(NDManager scope, Iterate end, NDArray theta) {
    Map<String, NDArray> zeros = new TreeMap<>();
    end.state()
        .forEach(
            (name, array) -> zeros.put(name, scope.zeros(theta.getShape(), theta.getDataType())));
    return new Iterate(theta, zeros);
  }

  @Override
  public Workload cost(int gates) {
    long position = training.positionArrays();
    long before = training.steps() > 1 ? position : 0;
    return training
        .cost()
        .trainingGradients(Passes.of(training.steps() + 2L))
        .storedThetas(training.trainingArrays() + before + 2 * position + GRADIENT_AND_PRODUCT);
  }

  @Override
  public int innerSteps() {
    return training.steps();
  }

  @Override
  public boolean usesFiniteDifferences() {
    return true;
  }
}
