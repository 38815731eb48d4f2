package io.flexora.solver.implicit;

/** A method that solves the linear system. */
public enum Method {
  /** Conjugate gradient, which by default stops at negative curvature. */
  CG(NegativeCurvature.STOP) {
    @Override
    LinearSolver make(ImplicitOptions options, OneTimeNotice notice) {
      return new ConjugateGradient(
          options.iterations(), options.tolerance(), negativeCurvature(options), notice);
    }
  },
  /** A truncated Neumann series, of which by default all terms are summed. */
  NEUMANN(NegativeCurvature.CONTINUE) {
    @Override
    LinearSolver make(ImplicitOptions options, OneTimeNotice notice) {
      double step = options.neumannStep().orElse(options.inner().update().learningRate());
      return new NeumannSeries(options.iterations(), step, negativeCurvature(options), notice);
    }
  };

  private final NegativeCurvature usual;

  Method(NegativeCurvature usual) {
    this.usual = usual;
  }

  /**
   * Makes the solver.
   *
   * @param notice where it tells that the system is not as it needs it
   */
  abstract LinearSolver make(ImplicitOptions options, OneTimeNotice notice);

  NegativeCurvature negativeCurvature(ImplicitOptions options) {
    return options.negativeCurvature().orElse(usual);
  }
}
