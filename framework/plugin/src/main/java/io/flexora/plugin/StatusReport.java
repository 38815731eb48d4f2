package io.flexora.plugin;

import io.flexora.plugin.extension.Extender;
import io.flexora.plugin.extension.ExtensionRegistry;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.extension.PluginWiring;
import io.flexora.plugin.status.Installed;
import io.flexora.plugin.status.PluginProblem;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words of a plugin's status. */
final class StatusReport {

  private final Extender extender;
  private final ExtensionRegistry registry;

  StatusReport(Extender extender, ExtensionRegistry registry) {
    this.extender = extender;
    this.registry = registry;
  }

  PluginStatus of(Installed plugin) {
    if (!plugin.runs()) {
      return status(plugin, plugin.idleState(), idleCause(plugin), List.of());
    }
    List<InstalledExtension> extensions =
        plugin
            .bundle()
            .flatMap(extender::outcome)
            .map(Extender.WiringOutcome::extensions)
            .orElse(List.of());
    List<InstalledExtension> shadowed =
        extensions.stream().filter(e -> registry.preferred(e).isPresent()).toList();
    boolean all = !extensions.isEmpty() && shadowed.size() == extensions.size();
    return status(
        plugin,
        all ? PluginState.SHADOWED : PluginState.ACTIVE,
        remark(plugin, shadowed),
        extensions);
  }

  /** What the user should know though the plugin runs. */
  private String remark(Installed plugin, List<InstalledExtension> shadowed) {
    if (!plugin.note().isEmpty()) {
      return plugin.note();
    }
    return plugin.bundle().flatMap(PluginWiring::missingHeader).orElse(shadows(shadowed));
  }

  /** Why it does not run, and what its change on disk waits for. */
  private static String idleCause(Installed plugin) {
    return Stream.of(plugin.problem().map(PluginProblem::cause).orElse(""), plugin.note())
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private String shadows(List<InstalledExtension> shadowed) {
    return shadowed.stream()
        .map(this::shadow)
        .flatMap(Optional::stream)
        .collect(Collectors.joining("; "));
  }

  private Optional<String> shadow(InstalledExtension extension) {
    return registry
        .preferred(extension)
        .map(
            best ->
                "%s of plugin %s is used instead, unless %s@%s is asked for"
                    .formatted(
                        best.id(),
                        best.owner(),
                        extension.extension().name(),
                        extension.version()));
  }

  private static PluginStatus status(
      Installed plugin, PluginState state, String cause, List<InstalledExtension> extensions) {
    List<String> ids = extensions.stream().map(InstalledExtension::id).sorted().toList();
    return new PluginStatus(
        plugin.name(), plugin.version(), plugin.source().toString(), state, cause, ids);
  }
}
