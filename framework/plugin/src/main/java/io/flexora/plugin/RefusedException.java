package io.flexora.plugin;

/** Says why a file is not admitted as a plugin; the message is one line for the user. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Problem problem;

  RefusedException(PluginStatus.State state, String cause) {
    this(Problem.lasting(state, cause));
  }

  RefusedException(Problem problem) {
    super(problem.cause());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
