package io.flexora.plugin.lock;

import io.flexora.api.run.FlexoraException;

/**
 * A signed index of plugins that was used.
 *
 * @param location its path or address
 * @param name its own name, the same in all its copies
 * @param key the SHA-256 of the public key that signs it
 * @param serial the highest serial number that was seen
 * @since 0.1
 */
public record LockedIndex(String location, String name, String key, long serial) {

  /**
   * Checks each value.
   *
   * @throws FlexoraException if one is missing or not of its form
   */
  public LockedIndex {
    LockedPlugin.require(location != null, "location", location, "the address of the index");
    LockedPlugin.require(name != null, "name", name, "the name of the index");
    LockedPlugin.require(
        LockedPlugin.isDigest(key), "key", key, "64 lower-case hexadecimal digits");
  }
}
