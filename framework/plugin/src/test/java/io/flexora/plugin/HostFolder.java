package io.flexora.plugin;

import io.flexora.plugin.status.PluginStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The folders of a host under test. */
public record HostFolder(Path root) {

  public Path plugins() {
    return root.resolve("plugins");
  }

  public Path bundles() {
    return root.resolve("bundles");
  }

  Path cache() {
    return root.resolve("cache");
  }

  /** A path outside of the folders that the host looks at. */
  Path elsewhere(String name) {
    return root.resolve("elsewhere").resolve(name);
  }

  public PluginHost start() throws IOException {
    return start(Duration.ZERO);
  }

  public PluginHost start(Duration poll) throws IOException {
    return start(poll, Duration.ofSeconds(30));
  }

  public PluginHost start(Duration poll, Duration callLimit) throws IOException {
    Files.createDirectories(bundles());
    return PluginHost.start(
        new PluginHostOptions(
            List.of(bundles()), Optional.of(plugins()), cache(), poll, callLimit));
  }

  static PluginStatus status(PluginHost host, String name) {
    return host.plugins().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }
}
