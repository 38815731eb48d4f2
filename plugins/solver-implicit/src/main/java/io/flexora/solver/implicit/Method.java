package io.flexora.solver.implicit;

/** How the linear system is solved. */
public enum Method {
  /** Conjugate gradient. */
  CG {
    @Override
    LinearSolver make(ImplicitOptions options) {
      return new ConjugateGradient(
          options.iterations(), options.tolerance(), options.negativeCurvature());
    }
  },
  /** A truncated Neumann series. */
  NEUMANN {
    @Override
    LinearSolver make(ImplicitOptions options) {
      double step = options.neumannStep().orElse(options.inner().update().learningRate());
      return new NeumannSeries(options.iterations(), step, options.negativeCurvature());
    }
  };

  abstract LinearSolver make(ImplicitOptions options);
}
