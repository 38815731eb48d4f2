package io.flexora.plugin.install;

import io.flexora.plugin.lock.LockedPlugin;
import io.flexora.plugin.status.PluginStatus;
import java.util.Optional;

/**
 * The outcome of an installation or an update.
 *
 * @param plugin as it is locked now
 * @param before as it was locked before; empty for a new one
 * @param restored whether its jar in the folder was missing or not as it was locked
 * @param status what it is in the host that tried it
 * @since 0.1
 */
public record InstallResult(
    LockedPlugin plugin, Optional<LockedPlugin> before, boolean restored, PluginStatus status) {

  /** Whether the jar is another one than before. */
  public boolean changed() {
    return before.filter(old -> old.sha256().equals(plugin.sha256())).isEmpty();
  }

  /** Whether it replaced a higher version. */
  public boolean downgraded() {
    return before.filter(old -> VersionParser.isOlder(plugin.version(), old.version())).isPresent();
  }
}
