package io.flexora.cli;

import io.flexora.cli.plugins.PluginList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Lists what is installed. */
@Command(
    name = "plugins",
    description = {
      "Lists the extensions that an experiment can use, and every plugin that is not in use with the"
          + " reason.",
      "",
      "A jar in the folder plugins/ of the installation is a plugin; there is no other step.",
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
