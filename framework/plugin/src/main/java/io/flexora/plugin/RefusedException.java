package io.flexora.plugin;

/** Says why a file is not admitted as a plugin; the message is one line for the user. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Problem problem;

  RefusedException(PluginStatus.State state, String cause) {
    super(cause);
    problem = Problem.lasting(state, cause);
  }

  Problem problem() {
    return problem;
  }
}
