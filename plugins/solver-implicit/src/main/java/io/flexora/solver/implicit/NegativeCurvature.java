package io.flexora.solver.implicit;

import io.flexora.api.run.FlexoraException;

/** What happens where the system cannot be solved as it should be. */
public enum NegativeCurvature {
  /** The solution so far is taken. */
  STOP {
    @Override
    void met(String message) {
      // The residual tells how good the solution is.
    }
  },
  /** The run ends. */
  REFUSE {
    @Override
    void met(String message) {
      throw new FlexoraException(
          message + ", or write negative_curvature: stop to take the solution so far");
    }
  };

  abstract void met(String message);
}
