package io.flexora.solver.implicit;

import io.flexora.api.run.FlexoraException;

/** The handling of a system that cannot be solved as it should be. */
public enum NegativeCurvature {
  /** The solution so far is taken. */
  STOP,
  /** The run ends. */
  REFUSE,
  /** All terms of a series are summed, though they grow. */
  CONTINUE;

  /**
   * Ends the run where that is asked for.
   *
   * @param message what was met, and what helps
   * @throws FlexoraException if it is
   */
  void requireAccepted(String message) {
    if (this == REFUSE) {
      throw new FlexoraException(
          message + ", or write negative_curvature: stop to take the solution so far");
    }
  }
}
