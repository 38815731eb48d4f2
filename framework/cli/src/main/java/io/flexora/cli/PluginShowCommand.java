package io.flexora.cli;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.plugins.ExtensionPage;
import io.flexora.plugin.ExtensionCatalog;
import io.flexora.plugin.InstalledExtension;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

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

  @ParentCommand private PluginsCommand plugins;

  @Parameters(
      paramLabel = "NAME",
      description = "An extension (NAME or KIND/NAME), or a plugin for all of its extensions.")
  private String name;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = plugins.root();
    return root.withHost(
        host -> {
          ExtensionPage page = new ExtensionPage(root.console(), host.catalog());
          find(host.catalog()).forEach(page::show);
          return ExitCodes.OK;
        });
  }

  private List<InstalledExtension> find(ExtensionCatalog catalog) {
    List<InstalledExtension> found = catalog.extensions().stream().filter(this::isMeant).toList();
    if (found.isEmpty()) {
      throw new FlexoraException(
          "there is no extension or plugin '%s'; there are %s".formatted(name, names(catalog)));
    }
    return found;
  }

  private boolean isMeant(InstalledExtension installed) {
    String extension = installed.extension().name();
    return name.equals(extension)
        || name.equals(installed.extension().kind() + "/" + extension)
        || name.equals(installed.plugin());
  }

  private static String names(ExtensionCatalog catalog) {
    return catalog.extensions().stream()
        .map(installed -> installed.extension().kind() + "/" + installed.extension().name())
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
