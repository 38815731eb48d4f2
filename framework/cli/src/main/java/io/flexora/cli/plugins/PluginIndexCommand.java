package io.flexora.cli.plugins;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.plugin.install.PluginIndexer.Settings;
import io.flexora.plugin.install.PluginIndexer.Written;
import io.flexora.plugin.lock.SigningKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes an index of plugins. */
@Command(
    name = "index",
    description = {
      "Writes index.xml into a folder of jars: OSGi's repository format, with the digest, size,"
          + " signer, extensions and imported packages of each jar. Every jar has to run here.",
      "",
      "Serve the folder by HTTPS, or copy it to a shared disk. Write the index again before it"
          + " expires.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora plugins index plugins-of-acme",
      "  flexora plugins index plugins-of-acme --sign-with keys.pem --days 30"
    })
final class PluginIndexCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "A folder with jars, also in its subfolders.")
  private Path folder;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The name of the index, the same in all copies. Default: the folder's name.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "90",
      description = "Days until the index expires. Default: 90.")
  private int days;

  @Option(
      names = "--sign-with",
      paramLabel = "FILE",
      description =
          "A PEM file with a private key (PKCS #8; EC, RSA or Ed25519) and its certificate or public"
              + " key. The signature is written to index.xml.sig.")
  private Optional<Path> keys = Optional.empty();

  @Override
  public Integer call() throws Exception {
    if (days < 1) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--days is %d; at least 1 is accepted".formatted(days));
    }
    FlexoraCommand root = FlexoraCommand.of(spec.commandLine());
    String named =
        name.orElseGet(() -> folder.toAbsolutePath().normalize().getFileName().toString());
    return root.withUncheckedHost(
        host -> {
          show(
              root.console(),
              host.indexer().write(folder, new Settings(named, Duration.ofDays(days), keys)));
          return ExitCodes.OK;
        });
  }

  private static void show(Console console, Written written) {
    int plugins = written.index().entries().size();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("file", written.file().toString());
    members.put("name", written.index().name());
    members.put("serial", written.index().serial());
    members.put("plugins", plugins);
    written.index().expires().ifPresent(end -> members.put("expires", end.toString()));
    written.signer().map(SigningKey::sha256).ifPresent(key -> members.put("signed_by", key));
    console.json("plugin_index", members);
    console.result(
        "Wrote %s: %d plugin%s, valid until %s, %s"
            .formatted(
                written.file(),
                plugins,
                plugins == 1 ? "" : "s",
                written.index().expires().orElseThrow(),
                written
                    .signer()
                    .map(key -> "signed by the key with the SHA-256 " + key.sha256())
                    .orElse("not signed")));
  }
}
