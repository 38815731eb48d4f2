package io.flexora.plugin;

import io.flexora.plugin.PluginStatus.State;

/**
 * Why a plugin does not run.
 *
 * @param state the state that it is shown in
 * @param cause one line for the user
 * @param passing whether it may run once another plugin has come or gone
 */
record Problem(State state, String cause, boolean passing) {

  static Problem lasting(State state, String cause) {
    return new Problem(state, cause, false);
  }

  static Problem passing(State state, String cause) {
    return new Problem(state, cause, true);
  }
}
