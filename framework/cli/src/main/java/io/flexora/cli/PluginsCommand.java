package io.flexora.cli;

import io.flexora.cli.plugins.PluginList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Lists what is installed. */
@Command(
    name = "plugins",
    description = {
      "Lists the available extensions, and every plugin that failed to load with the cause.",
      "",
      "To install a plugin, put its jar into the plugins/ folder of the installation.",
      ""
    },
    subcommands = {
      PluginsCommand.ListCommand.class,
      PluginShowCommand.class,
      PluginNewCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins",
      "  flexora plugins show flexora",
      "  flexora plugins new selector my-strategy",
      "  flexora plugins --plugins target --json"
    })
final class PluginsCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Override
  public Integer call() throws Exception {
    return root.withHost(
        host -> {
          new PluginList(root.console())
              .show(host.plugins().plugins(), host.catalog().extensions());
          return ExitCodes.OK;
        });
  }

  FlexoraCommand root() {
    return root;
  }

  /** The same, by its name. */
  @Command(name = "list", description = "Lists extensions and plugins, as `flexora plugins` does.")
  static final class ListCommand implements Callable<Integer> {

    @ParentCommand private PluginsCommand plugins;

    @Override
    public Integer call() throws Exception {
      return plugins.call();
    }
  }
}
