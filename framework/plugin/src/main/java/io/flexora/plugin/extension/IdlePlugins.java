package io.flexora.plugin.extension;

import io.flexora.plugin.admission.JarContent;
import io.flexora.plugin.status.Installed;
import io.flexora.plugin.status.PluginProblem;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The plugins that are not in use. */
public record IdlePlugins(Supplier<List<Installed>> installed) {

  /**
   * Those that would bring an extension if another plugin did not have it in the same version.
   *
   * @param id {@code kind/name}
   */
  List<String> refused(String id) {
    return idle()
        .filter(plugin -> plugin.problem().orElseThrow().extensions().contains(id))
        .map(IdlePlugins::words)
        .toList();
  }

  /** Those whose classes have a text, each with the cause. */
  List<String> mentioning(String text) {
    return installed.get().stream()
        .filter(plugin -> cause(plugin).isPresent())
        .filter(plugin -> JarContent.mentions(plugin.source(), text))
        .map(
            plugin ->
                "%s has that name, but is not in use: %s"
                    .formatted(words(plugin), cause(plugin).orElseThrow()))
        .toList();
  }

  /** All, in use or not, with a class that refers to a method; see {@link JarContent#calls}. */
  List<String> calling(String type, String method) {
    return installed.get().stream()
        .filter(plugin -> plugin.bundle().isPresent())
        .filter(plugin -> JarContent.calls(plugin.inUse(), type, method))
        .map(IdlePlugins::words)
        .toList();
  }

  private Stream<Installed> idle() {
    return installed.get().stream().filter(plugin -> plugin.problem().isPresent());
  }

  private static Optional<String> cause(Installed plugin) {
    return plugin
        .problem()
        .map(PluginProblem::cause)
        .or(() -> plugin.bundle().flatMap(PluginWiring::missingHeader));
  }

  private static String words(Installed plugin) {
    return ("plugin " + plugin.name() + " " + plugin.version()).strip();
  }
}
