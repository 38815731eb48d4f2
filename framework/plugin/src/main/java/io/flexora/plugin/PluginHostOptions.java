package io.flexora.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of a plugin host.
 *
 * @param bundles the bundles that belong to the host: jars, exploded bundles (folders with a {@code
 *     META-INF/MANIFEST.MF}), and folders of these; used in place and trusted
 * @param pluginsFolder the folder whose jars are plugins; may not exist yet
 * @param cache the folder in which each host makes a private folder for the time it runs
 * @param pollInterval how often the plugins' folder is looked at; zero looks once, at the start. A
 *     file counts when two looks in a row see the same
 * @param callLimit how long a plugin's activator or module may take before it counts as hung
 * @since 0.1
 */
public record PluginHostOptions(
    List<Path> bundles,
    Optional<Path> pluginsFolder,
    Path cache,
    Duration pollInterval,
    Duration callLimit) {

  // What takes seconds is more often a busy machine than a plugin that hangs.
  private static final Duration CALL_LIMIT = Duration.ofMinutes(1);

  /** Copies the list. */
  public PluginHostOptions {
    bundles = List.copyOf(bundles);
    Objects.requireNonNull(pluginsFolder, "pluginsFolder");
    Objects.requireNonNull(cache, "cache");
    Objects.requireNonNull(pollInterval, "pollInterval");
    Objects.requireNonNull(callLimit, "callLimit");
  }

  /** Options with a call limit of a minute. */
  public PluginHostOptions(
      List<Path> bundles, Optional<Path> pluginsFolder, Path cache, Duration pollInterval) {
    this(bundles, pluginsFolder, cache, pollInterval, CALL_LIMIT);
  }
}
