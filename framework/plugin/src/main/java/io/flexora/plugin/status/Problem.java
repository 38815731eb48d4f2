package io.flexora.plugin.status;

import io.flexora.plugin.status.PluginStatus.State;
import java.util.List;

/**
 * The problem that keeps a plugin from running.
 *
 * @param state the state that it is shown in
 * @param cause one line for the user
 * @param passing whether it may run once another plugin has come or gone
 * @param extensions what it would bring if another plugin did not, each as {@code kind/name}
 */
public record Problem(State state, String cause, boolean passing, List<String> extensions) {

  public static Problem lasting(State state, String cause) {
    return new Problem(state, cause, false, List.of());
  }

  public static Problem passing(State state, String cause) {
    return new Problem(state, cause, true, List.of());
  }

  /** Another plugin has one of its extensions in the same version. */
  public static Problem taken(String cause, List<String> extensions) {
    return new Problem(State.FAILED, cause, true, extensions);
  }
}
