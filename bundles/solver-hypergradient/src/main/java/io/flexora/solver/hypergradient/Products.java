package io.flexora.solver.hypergradient;

import io.flexora.api.hpo.BilevelProblem;
import io.flexora.numerics.bilevel.FiniteDifferences;

/** Where second-order products come from. */
public enum Products {
  /** The model's own, by a second backward pass. */
  EXACT {
    @Override
    BilevelProblem of(BilevelProblem problem) {
      return problem;
    }
  },
  /** Central differences of the model's gradients. */
  FINITE_DIFFERENCES {
    @Override
    BilevelProblem of(BilevelProblem problem) {
      return new FiniteDifferences(problem);
    }
  };

  abstract BilevelProblem of(BilevelProblem problem);
}
