package io.flexora.config.option;

import io.flexora.api.plugin.Extension;

/**
 * An extension that a configuration can choose.
 *
 * @param extension the declaration
 * @param plugin the plugin that brings it
 * @param version the version of that plugin
 * @param shipped whether that plugin came with the installation
 * @since 0.1
 */
public record ComponentType(
    Extension<?> extension, String plugin, String version, boolean shipped) {

  /** The name in YAML. */
  public String name() {
    return extension.name();
  }

  /** The reference that means this version alone: {@code name@version}. */
  public String reference() {
    return name() + "@" + version;
  }

  /** The plugin in words: {@code plugin my-plugin 1.0.0}. */
  public String ofPlugin() {
    return "plugin " + plugin + " " + version;
  }

  /** The extension in words: {@code selector 'flexora'}. */
  public String phrase() {
    return extension.kind() + " '" + name() + "'";
  }
}
