package io.flexora.cli.plugins;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.lock.LockedPlugin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Updates plugins that were installed by name. */
@Command(
    name = "update",
    description = {
      "Brings plugins of plugins.lock again from where they were installed from: the highest version"
          + " of an index or source, or the jar as it is now. One that does not run is not taken.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins update",
      "  flexora plugins update my-strategy@1.1.0",
      "  flexora plugins update my-strategy --from target/my-strategy-1.1.0.jar"
    })
final class PluginUpdateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME[@VERSION]",
      description =
          "A plugin in plugins.lock, or one of its extensions; without a name, all plugins.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--from",
      paramLabel = "SOURCE",
      description = "Another jar or location than the one that it was installed from.")
  private Optional<String> from = Optional.empty();

  @Mixin private InstallRules rules;

  @Override
  public Integer call() throws Exception {
    if (name.isEmpty() && from.isPresent()) {
      throw new FlexoraException("--from SOURCE needs the NAME of one plugin to update");
    }
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    return root.withUncheckedHost(
        host -> {
          List<String> names = name.map(List::of).orElseGet(() -> locked(host));
          int failed = 0;
          for (String one : names) {
            try {
              new InstallPage(root.console())
                  .show(host.installer().update(one, from, rules.options()));
            } catch (FlexoraException e) {
              if (names.size() == 1) {
                throw e;
              }
              failed++;
              root.console().error(e.getMessage());
              root.console().json("error", Map.of("message", e.getMessage()));
            }
          }
          return failed == 0 ? ExitCodes.OK : ExitCodes.WRONG_INPUT;
        });
  }

  private static List<String> locked(FlexoraHost host) {
    return host.plugins().lock().plugins().stream().map(LockedPlugin::name).toList();
  }
}
