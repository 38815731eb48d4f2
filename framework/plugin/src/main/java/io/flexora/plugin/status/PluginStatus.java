package io.flexora.plugin.status;

import java.util.List;

/**
 * The status of one bundle, plugin or file that the host was given.
 *
 * @param name the symbolic name; the file's name if there is none
 * @param version the bundle's version; empty if there is none
 * @param location the file or folder
 * @param state what became of it
 * @param cause why it is not simply active, in one line; empty if there is nothing to say
 * @param extensions what it brings, each as {@code kind/name}; empty unless it is wired
 * @since 0.1
 */
public record PluginStatus(
    String name,
    String version,
    String location,
    PluginState state,
    String cause,
    List<String> extensions) {

  /** The state of a bundle, plugin or file. */
  public enum PluginState {
    /** Started and wired: its extensions can be used. */
    ACTIVE,
    /** Active, but each of its extensions is another plugin's unless its version is asked for. */
    SHADOWED,
    /** A package, a capability or, of a fragment, the host that it requires is not there. */
    UNRESOLVED,
    /** Its activator or module failed, or hung, or what it declares cannot be accepted. */
    FAILED,
    /** A bundle that the host does not admit. */
    REFUSED,
    /** A file of the plugins' folder that is not the one that the folder's lock names. */
    ALTERED,
    /** Not a bundle at all. */
    NOT_A_PLUGIN,
    /** A file that is still being copied. */
    INCOMPLETE,
    /** Stopped on request. */
    STOPPED,
    /** Removed on request; the last status of what is no longer listed. */
    UNINSTALLED
  }

  /** Copies the list. */
  public PluginStatus {
    extensions = List.copyOf(extensions);
  }
}
