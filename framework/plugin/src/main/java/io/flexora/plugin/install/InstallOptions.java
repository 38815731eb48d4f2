package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The conditions that a plugin fulfils to be installed.
 *
 * @param sha256 the SHA-256 that its jar has to have
 * @param signer a file with the certificate or public key that has to have signed every entry
 * @param plainHttp whether it may come by HTTP without encryption
 * @param replaceShipped whether it may have the symbolic name of a shipped plugin, and its
 *     extensions then be the ones that names without a version mean
 * @since 0.1
 */
public record InstallOptions(
    Optional<String> sha256, Optional<Path> signer, boolean plainHttp, boolean replaceShipped) {

  /** Nothing but the rules that hold for all. */
  public static final InstallOptions NONE =
      new InstallOptions(Optional.empty(), Optional.empty(), false, false);

  /**
   * Checks the digest's form.
   *
   * @throws FlexoraException if it is no SHA-256
   */
  public InstallOptions {
    sha256 = sha256.map(digest -> digest.strip().toLowerCase(Locale.ROOT));
    sha256.ifPresent(
        digest -> {
          if (!digest.matches("[0-9a-f]{64}")) {
            throw new FlexoraException(
                "'%s' is no SHA-256, which has 64 hexadecimal digits".formatted(digest));
          }
        });
  }
}
