package io.flexora.cli.plugins;

import io.flexora.plugin.install.InstallOptions;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The conditions that a plugin fulfils to be installed or updated. */
final class InstallRules {

  @Option(
      names = "--sha256",
      paramLabel = "DIGEST",
      description = "The SHA-256 that the jar must have.")
  private Optional<String> sha256 = Optional.empty();

  @Option(
      names = "--signed-by",
      paramLabel = "FILE",
      description =
          "A certificate (PEM or DER) or public key (PEM) that must have signed every entry of the"
              + " jar, now and at every update.")
  private Optional<Path> signer = Optional.empty();

  @Option(
      names = "--allow-http",
      description = "Also download by HTTP without encryption; best with --sha256.")
  private boolean plainHttp;

  @Option(
      names = "--replace-shipped",
      description =
          "Also take a jar with the name of a plugin of this installation, which it then replaces"
              + " wherever no version is asked for.")
  private boolean replaceShipped;

  InstallOptions options() {
    return new InstallOptions(sha256, signer, plainHttp, replaceShipped);
  }
}
