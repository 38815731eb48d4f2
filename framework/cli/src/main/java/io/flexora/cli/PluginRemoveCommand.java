package io.flexora.cli;

import io.flexora.cli.plugins.InstallPage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Removes a plugin that was installed by name. */
@Command(
    name = "remove",
    description = {
      "Removes a plugin that was installed by name: its jar, and its entry in plugins.lock.",
      ""
    },
    footer = {"", "Example:", "  flexora plugins remove my-strategy"})
final class PluginRemoveCommand implements Callable<Integer> {

  @ParentCommand private PluginsCommand plugins;

  @Parameters(paramLabel = "NAME", description = "A plugin of plugins.lock.")
  private String name;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = plugins.root();
    return root.withUncheckedHost(
        host -> {
          new InstallPage(root.console()).removed(host.installer().remove(name));
          return ExitCodes.OK;
        });
  }
}
