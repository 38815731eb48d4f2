package io.flexora.cli.plugins;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.plugin.install.PluginIndexes.IndexRules;
import io.flexora.plugin.install.PluginIndexes.ReadIndex;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Chooses the default index of plugins. */
@Command(
    name = "use",
    description = {
      "Chooses the index in which `flexora plugins search` and `install NAME` look plugins up. Its"
          + " key is kept in plugins.lock; a later copy has to be signed by the same key.",
      "",
      "For all users of an installation, write the index's address into plugins.index beside"
          + " plugins/.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins use https://example.org/index.xml --signed-by acme.pem",
      "  flexora plugins use default"
    })
final class PluginUseCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INDEX",
      description = "Path or address of an index, or default for that of this installation.")
  private String location;

  @Option(
      names = "--signed-by",
      paramLabel = "FILE",
      description =
          "A certificate (PEM or DER) or public key (PEM) that must have signed the index.")
  private Optional<Path> signer = Optional.empty();

  @Option(names = "--allow-http", description = "Also read it by HTTP without encryption.")
  private boolean plainHttp;

  @Override
  public Integer call() throws Exception {
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    return root.withUncheckedHost(
        host -> {
          if (location.equals("default")) {
            host.indexes().forget();
            root.console()
                .message(
                    host.indexes()
                        .chosen()
                        .map(index -> "Plugins are looked up in " + index + ".")
                        .orElse("This installation has no index of plugins."));
            return ExitCodes.OK;
          }
          ReadIndex chosen = host.indexes().choose(location, new IndexRules(signer, plainHttp));
          root.console()
              .message(
                  "Plugins are looked up in %s (%s)."
                      .formatted(
                          chosen.location(),
                          chosen
                              .signer()
                              .map(key -> "signed by the key with the SHA-256 " + key.sha256())
                              .orElse("not signed")));
          return ExitCodes.OK;
        });
  }
}
