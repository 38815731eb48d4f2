package io.flexora.solver.hypergradient;

import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.bilevel.FiniteDifferences;
import java.util.Optional;

/** A source of second-order products. */
public enum Products {
  /** The model's own, by a second backward pass. */
  EXACT(0, 1, 0) {
    @Override
    BilevelProblem of(BilevelProblem problem, Optional<Double> perturbation) {
      return problem;
    }
  },
  /** Central differences of the model's gradients. */
  FINITE_DIFFERENCES(2, 0, 9) {
    @Override
    BilevelProblem of(BilevelProblem problem, Optional<Double> perturbation) {
      return new FiniteDifferences(problem, perturbation);
    }
  };

  private final int gradients;
  private final int products;
  private final int arrays;

  Products(int gradients, int products, int arrays) {
    this.gradients = gradients;
    this.products = products;
    this.arrays = arrays;
  }

  /**
   * The problem with these products.
   *
   * @param perturbation how far differences reach; empty for the usual
   */
  abstract BilevelProblem of(BilevelProblem problem, Optional<Double> perturbation);

  /** The training gradients that one product takes. */
  int gradients() {
    return gradients;
  }

  /** The products of the problem itself that one product takes. */
  int products() {
    return products;
  }

  /** The arrays of theta's length that are made for one product before the problem is called. */
  int arrays() {
    return arrays;
  }
}
