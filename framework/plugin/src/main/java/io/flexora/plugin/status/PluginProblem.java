package io.flexora.plugin.status;

import io.flexora.plugin.status.PluginStatus.PluginState;
import java.util.List;

/**
 * The problem that keeps a plugin from running.
 *
 * @param state the state that it is shown in
 * @param cause one line for the user
 * @param passing whether it may run once another plugin has come or gone
 * @param extensions what it would bring if another plugin did not, each as {@code kind/name}
 */
public record PluginProblem(
    PluginState state, String cause, boolean passing, List<String> extensions) {

  public static PluginProblem lasting(PluginState state, String cause) {
    return new PluginProblem(state, cause, false, List.of());
  }

  public static PluginProblem passing(PluginState state, String cause) {
    return new PluginProblem(state, cause, true, List.of());
  }

  /** Another plugin has one of its extensions in the same version. */
  public static PluginProblem taken(String cause, List<String> extensions) {
    return new PluginProblem(PluginState.FAILED, cause, true, extensions);
  }
}
