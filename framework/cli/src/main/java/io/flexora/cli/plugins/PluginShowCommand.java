package io.flexora.cli.plugins;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.files.message.NearestName;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.status.PluginStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains an extension. */
@Command(
    name = "show",
    description = {
      "Describes an extension: what it does, how to select it in YAML, and every option with its"
          + " type, bounds, default and meaning.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins show unrolled",
      "  flexora plugins show trainer/gradient"
    })
final class PluginShowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "An extension (NAME or KIND/NAME), or a plugin for all of its extensions.")
  private String name;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    return root.withHost(
        host -> {
          ExtensionPage page = new ExtensionPage(root.console(), host.catalog());
          find(host).forEach(page::show);
          return ExitCodes.OK;
        });
  }

  private List<InstalledExtension> find(FlexoraHost host) {
    ExtensionCatalog catalog = host.catalog();
    List<InstalledExtension> found = catalog.extensions().stream().filter(this::isMeant).toList();
    if (found.isEmpty()) {
      List<String> idle = idle(host);
      throw new FlexoraException(
          "there is no extension or plugin '%s'%s"
              .formatted(name, idle.isEmpty() ? known(catalog) : "; " + String.join("; ", idle)));
    }
    return found;
  }

  /** The plugins that are not in use and have the name, or an extension of it: with the cause. */
  private List<String> idle(FlexoraHost host) {
    List<String> called =
        host.plugins().plugins().stream()
            .filter(plugin -> plugin.name().equals(name) && plugin.extensions().isEmpty())
            .map(plugin -> "plugin %s is not in use: %s".formatted(title(plugin), plugin.cause()))
            .toList();
    return called.isEmpty() ? host.catalog().unusable(name.replaceFirst(".*/", "")) : called;
  }

  private static String title(PluginStatus plugin) {
    return (plugin.name() + " " + plugin.version()).strip();
  }

  private boolean isMeant(InstalledExtension installed) {
    String extension = installed.extension().name();
    return name.equals(extension)
        || name.equals(installed.extension().kind() + "/" + extension)
        || name.equals(installed.plugin());
  }

  /** The names that may be meant; all of them by kind where none is like it. */
  private String known(ExtensionCatalog catalog) {
    Map<String, Set<String>> byKind = new TreeMap<>();
    Set<String> names = new TreeSet<>();
    for (InstalledExtension installed : catalog.extensions()) {
      String extension = installed.extension().name();
      String kind = installed.extension().kind();
      byKind.computeIfAbsent(kind, k -> new TreeSet<>()).add(extension);
      names.addAll(List.of(extension, kind + "/" + extension, installed.plugin()));
    }
    Optional<String> meant = NearestName.to(name, names);
    if (meant.isPresent()) {
      return NearestName.question(meant.get()) + " `flexora plugins` lists all";
    }
    return byKind.entrySet().stream()
        .map(kind -> "%n  %s: %s".formatted(kind.getKey(), String.join(", ", kind.getValue())))
        .collect(Collectors.joining("", byKind.isEmpty() ? "" : "; there are", ""));
  }
}
