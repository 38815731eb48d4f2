package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.cost.Passes;
import io.flexora.api.cost.Workload;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.GradientRecord;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.bilevel.ProblemArrays;
import io.flexora.numerics.layer.GatedElements;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.vector.Workspace;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * A problem with {@linkplain HardConcrete hard-concrete} gates in the place of its own. What an
 * adapter adds is multiplied by its gate in the parameters that it is {@linkplain
 * AdapterMethod#isLinearIn linear in}, so that all derivatives in alpha follow from those in theta,
 * and the problem's own gates stay at 1. The noise of a step is a function of its number, as its
 * batch is.
 */
final class HardConcreteProblem extends ForwardingProblem {

  private static final String TRAINING = "training";
  private static final String VALIDATION = "validation";

  /** Arrays of theta's length that a product keeps alive beside those of the problem inside. */
  private static final int OF_PRODUCT = 7;

  /** Arrays of theta's length that a record keeps alive beside that of the problem inside. */
  private static final int OF_RECORD = 4;

  private final BilevelProblem problem;
  private final GatedElements elements;
  private final Seeds seeds;

  /**
   * Replaces the gates of a problem.
   *
   * @param index what its gates are of
   * @param method the adapter method
   * @param seeds the seed of the noise
   */
  HardConcreteProblem(BilevelProblem problem, GateIndex index, AdapterMethod method, Seeds seeds) {
    super(problem);
    this.problem = problem;
    this.elements = new GatedElements(problem.parameters(), index, method::isLinearIn);
    this.seeds = seeds;
  }

  /**
   * The work on the problem inside of a step on this one, whose products are all those of records.
   */
  static Workload cost(Workload step) {
    Passes products = step.hessianProducts();
    Passes unrecorded = Passes.of(products.examples() - step.recordedProducts().examples());
    return step.trainingGradients(step.trainingGradients().plus(unrecorded))
        .recorded(products, step.keptGraphs())
        .storedThetas(step.storedThetas() + OF_PRODUCT + (long) OF_RECORD * step.keptGraphs());
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return gradient(problem::training, scope, TRAINING, innerStep, theta, alpha);
  }

  @Override
  public LossGradient trainingEvaluation(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    return gradient(problem::trainingEvaluation, scope, TRAINING, innerStep, theta, alpha);
  }

  @Override
  public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    return gradient(problem::validation, scope, VALIDATION, outerStep, theta, alpha);
  }

  /** A gradient of the problem inside. */
  private interface Inside {
    LossGradient at(NDManager scope, long step, NDArray theta, NDArray alpha);
  }

  private LossGradient gradient(
      Inside inside, NDManager scope, String kind, long step, NDArray theta, NDArray alpha) {
    try (Workspace work = new Workspace(scope)) {
      Gated at = new Gated(work.temporary(), kind, step, theta, alpha);
      return at.gradient(scope, inside.at(work.temporary(), step, at.product, at.ownAlpha));
    }
  }

  @Override
  public double validationLoss(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
    try (NDManager own = scope.newSubManager()) {
      Gated at = new Gated(own, VALIDATION, outerStep, theta, alpha);
      return problem.validationLoss(own, outerStep, at.product, at.ownAlpha);
    }
  }

  /** By a record, as the second derivative of the gates takes the gradient. */
  @Override
  public Direction trainingProduct(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
    try (NDManager own = scope.newSubManager();
        GradientRecord record = trainingRecord(own, innerStep, theta, alpha)) {
      return record.hessianProduct(scope, u);
    }
  }

  @Override
  public GradientRecord trainingRecord(
      NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    NDManager kept = scope.newSubManager();
    Gated at = new Gated(kept, TRAINING, innerStep, theta, alpha);
    GradientRecord record = problem.trainingRecord(kept, innerStep, at.product, at.ownAlpha);
    LossGradient value = at.gradient(scope, record.value());
    return new GradientRecord() {
      @Override
      public LossGradient value() {
        return value;
      }

      @Override
      public Direction hessianProduct(NDManager owner, Direction u) {
        return at.hessianProduct(owner, record, u);
      }

      @Override
      public void close() {
        record.close();
        kept.close();
      }
    };
  }

  /** A theta multiplied by its gates. */
  private final class Gated {

    private final HardConcrete[] gates;
    private final DataType typeOfAlpha;
    private final NDArray theta;
    private final NDArray factors;
    private final NDArray product;

    /** The alpha at which the problem's own gates are 1. */
    private final NDArray ownAlpha;

    /**
     * Draws the gates.
     *
     * @param scope the owner of the arrays
     * @param kind names the noise, with the number of the step
     */
    Gated(NDManager scope, String kind, long step, NDArray theta, NDArray alpha) {
      ProblemArrays.require(HardConcreteProblem.this, theta, alpha);
      SplittableRandom noise = seeds.stream("selector", "hard-concrete", kind, step);
      double[] at = doubles(alpha);
      this.gates = new HardConcrete[at.length];
      for (int i = 0; i < at.length; i++) {
        gates[i] = HardConcrete.sample(at[i], noise.nextDouble());
      }
      this.typeOfAlpha = alpha.getDataType();
      this.theta = theta.stopGradient();
      this.theta.attach(scope);
      this.factors =
          elements.factors(scope, ofGates(i -> gates[i].value()), 1, theta.getDataType());
      this.product = this.theta.mul(factors);
      this.ownAlpha = scope.zeros(new Shape(gates.length), theta.getDataType());
    }

    private double[] ofGates(IntToDoubleFunction value) {
      double[] values = new double[gates.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = value.applyAsDouble(i);
      }
      return values;
    }

    /**
     * The gradient in theta and alpha.
     *
     * @param scope the owner of the result
     * @param found the gradient in the product
     */
    LossGradient gradient(NDManager scope, LossGradient found) {
      try (Workspace work = new Workspace(scope)) {
        NDArray ofProduct = work.share(found.theta());
        double[] inGates = sums(ofProduct.mul(theta));
        return new LossGradient(
            found.loss(),
            found.terms(),
            work.keep(ofProduct.mul(factors)),
            Optional.of(alpha(scope, ofGates(i -> gates[i].slope() * inGates[i]))));
      }
    }

    /**
     * The product of the Hessian in theta and alpha with a direction.
     *
     * @param scope the owner of the result
     * @param record the gradient in the product
     */
    Direction hessianProduct(NDManager scope, GradientRecord record, Direction u) {
      try (Workspace work = new Workspace(scope)) {
        double[] inAlpha = doubles(u.alpha());
        double[] moved = ofGates(i -> gates[i].slope() * inAlpha[i]);
        NDArray movedFactors = elements.factors(work.temporary(), moved, 0, theta.getDataType());
        NDArray inTheta = work.share(u.theta());
        NDArray along = inTheta.mul(factors);
        try (NDArray ofGates = movedFactors.mul(theta)) {
          along.addi(ofGates);
        }
        NDArray found =
            record.hessianProduct(work.temporary(), new Direction(along, ownAlpha)).theta();
        NDArray gradient = work.share(record.value().theta());
        double[] slopes = sums(gradient.mul(theta));
        double[] moves = sums(gradient.mul(inTheta).add(found.mul(theta)));
        return new Direction(
            work.keep(found.mul(factors).add(gradient.mul(movedFactors))),
            alpha(
                scope,
                ofGates(
                    i ->
                        gates[i].slope() * moves[i]
                            + gates[i].curvature() * inAlpha[i] * slopes[i])));
      }
    }

    private double[] sums(NDArray values) {
      double[] ofElements = doubles(values);
      return elements.sums(i -> ofElements[i]);
    }

    private NDArray alpha(NDManager scope, double[] values) {
      return NativeArrays.of(scope, values, new Shape(values.length), typeOfAlpha);
    }
  }

  private static double[] doubles(NDArray values) {
    try (Workspace work = new Workspace(values.getManager())) {
      return work.share(values).toType(DataType.FLOAT64, false).toDoubleArray();
    }
  }
}
