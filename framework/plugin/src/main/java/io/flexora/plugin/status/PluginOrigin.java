package io.flexora.plugin.status;

/**
 * The origin of a plugin, which decides between extensions of one kind and name: the first one here
 * is the one that a name without a version means.
 *
 * @since 0.1
 */
public enum PluginOrigin {
  /** Named as a shipped plugin is, and installed in its place because the user asked for that. */
  REPLACEMENT,
  /** A bundle of the host's own, or a plugin that came with the installation. */
  SHIPPED,
  /** Any other plugin. */
  OTHER
}
