package io.flexora.plugin.status;

/** The refusal of a file as a plugin; the message is one line for the user. */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final PluginProblem problem;

  public RefusedException(PluginStatus.PluginState state, String cause) {
    this(PluginProblem.lasting(state, cause));
  }

  public RefusedException(PluginProblem problem) {
    super(problem.cause());
    this.problem = problem;
  }

  public PluginProblem problem() {
    return problem;
  }
}
