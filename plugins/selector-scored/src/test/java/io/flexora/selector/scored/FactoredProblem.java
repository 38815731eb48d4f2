package io.flexora.selector.scored;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.ProblemOptions;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.selection.SelectionContext;
import io.flexora.numerics.bilevel.ForwardingProblem;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.LowRank;
import io.flexora.numerics.vector.Workspace;
import io.flexora.testkit.fixture.problem.ForwardingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The training of a problem whose layers each have three weights, with these as a product B A of
 * LoRA: A {@code [3, 3]} starts at the identity, and B {@code [1, 3]} at 0.
 */
final class FactoredProblem extends ForwardingProblem {

  private static final int WIDTH = 3;

  /** The numbers of A, behind which those of B come. */
  private static final int OF_A = WIDTH * WIDTH;

  private static final int OF_LAYER = OF_A + WIDTH;

  FactoredProblem(BilevelProblem problem) {
    super(problem);
  }

  /** A context with the factors of its problem. */
  static SelectionContext in(SelectionContext context) {
    return new ForwardingContext(context) {
      @Override
      public BilevelProblem problem(ProblemOptions options) {
        return new FactoredProblem(super.problem(options));
      }
    };
  }

  @Override
  public ParameterIndex parameters() {
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (Slice whole : super.parameters().slices()) {
      Slice.Adapter of = (Slice.Adapter) whole.owner();
      for (AdapterParameter factor : LowRank.factors(of.module(), WIDTH)) {
        Slice.Adapter owner = new Slice.Adapter(of.layer(), of.module(), factor);
        slices.add(new Slice(offset, factor.shape(), owner));
        offset += factor.shape().size();
      }
    }
    return new ParameterIndex(slices);
  }

  @Override
  public NDArray initialTheta(NDManager scope) {
    double[] theta = new double[gates() * OF_LAYER];
    for (int layer = 0; layer < gates(); layer++) {
      for (int i = 0; i < WIDTH; i++) {
        theta[layer * OF_LAYER + i * WIDTH + i] = 1;
      }
    }
    return NativeArrays.of(scope, theta);
  }

  @Override
  public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
    double[] factors = theta.toDoubleArray();
    try (Workspace work = new Workspace(scope)) {
      NDArray products = NativeArrays.of(work.temporary(), products(factors));
      LossGradient found = super.training(work.temporary(), innerStep, products, alpha);
      double[] inFactors = inFactors(factors, found.theta().toDoubleArray());
      return new LossGradient(
          found.loss(), found.terms(), NativeArrays.of(scope, inFactors), Optional.empty());
    }
  }

  private double[] products(double[] factors) {
    double[] products = new double[gates() * WIDTH];
    for (int i = 0; i < products.length; i++) {
      int layer = i / WIDTH;
      for (int r = 0; r < WIDTH; r++) {
        products[i] += factors[b(layer, r)] * factors[a(layer, r, i % WIDTH)];
      }
    }
    return products;
  }

  /** With G the gradient in B A: G Aᵀ in B, and Bᵀ G in A. */
  private static double[] inFactors(double[] factors, double[] inProducts) {
    double[] gradient = new double[factors.length];
    for (int i = 0; i < inProducts.length; i++) {
      int layer = i / WIDTH;
      for (int r = 0; r < WIDTH; r++) {
        int a = a(layer, r, i % WIDTH);
        int b = b(layer, r);
        gradient[a] += factors[b] * inProducts[i];
        gradient[b] += factors[a] * inProducts[i];
      }
    }
    return gradient;
  }

  private static int a(int layer, int row, int column) {
    return layer * OF_LAYER + row * WIDTH + column;
  }

  private static int b(int layer, int column) {
    return layer * OF_LAYER + OF_A + column;
  }
}
