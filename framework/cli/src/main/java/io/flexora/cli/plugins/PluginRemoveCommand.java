package io.flexora.cli.plugins;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes a plugin that was installed by name. */
@Command(
    name = "remove",
    description = {
      "Removes a plugin that was installed by name: its jar, and its entry in plugins.lock.",
      ""
    },
    footer = {"", "Example:", "  flexora plugins remove my-strategy"})
final class PluginRemoveCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "A plugin of plugins.lock, or one of its extensions.")
  private String name;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    return root.withUncheckedHost(
        host -> {
          new InstallPage(root.console()).removed(host.installer().remove(name));
          return ExitCodes.OK;
        });
  }
}
