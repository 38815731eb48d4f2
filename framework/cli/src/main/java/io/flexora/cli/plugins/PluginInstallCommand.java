package io.flexora.cli.plugins;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Installs a plugin by name. */
@Command(
    name = "install",
    description = {
      "Installs a plugin and records its version, source, SHA-256 and signature in plugins.lock. From"
          + " then on every command makes sure that the jar is the one that was installed.",
      "",
      "A plugin that does not run here is not installed, and the error lists what it needs. Nothing"
          + " else is installed. A plugin is code that runs with all your rights.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins install ~/work/my-strategy/target/my-strategy-1.0.0.jar",
      "  flexora plugins install https://example.org/p.jar --sha256 2f1c... --signed-by acme.pem",
      "  flexora plugins install maven:org.example:my-strategy@1.0.0",
      "  flexora plugins install my-strategy",
      "  flexora plugins install my-strategy@1.0.0 --index https://example.org/index.xml"
    })
final class PluginInstallCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SOURCE[@VERSION]",
      description =
          "A jar (a path or an address), a location of a source, such as maven:GROUP:ARTIFACT,"
              + " or the name of a plugin or of one of its extensions in an index.")
  private String source;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description =
          "Path or address of an index in OSGi's repository format (XML), instead of the default"
              + " index; its SHA-256 and size must fit the jar.")
  private Optional<String> index = Optional.empty();

  @Mixin private InstallRules rules;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    return root.withUncheckedHost(
        host -> {
          new InstallPage(root.console())
              .show(host.installer().install(source, index, rules.options()));
          return ExitCodes.OK;
        });
  }
}
