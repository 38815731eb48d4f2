package io.flexora.config.yaml;

/**
 * One mistake in a configuration.
 *
 * @param location where it was made
 * @param message one sentence: the thing, the value seen, what is accepted, what to do
 * @since 0.1
 */
public record ConfigProblem(Location location, String message) {

  @Override
  public String toString() {
    return location + ": " + message;
  }
}
