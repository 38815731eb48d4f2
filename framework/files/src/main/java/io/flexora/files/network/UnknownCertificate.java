package io.flexora.files.network;

import java.security.cert.CertPathBuilderException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Certificates that Java has no reason to trust, such as that of a proxy that reads https.
 *
 * @since 0.1
 */
public final class UnknownCertificate {

  private UnknownCertificate() {}

  /**
   * What to tell of a connection that failed for such a certificate, and fails again until Java
   * trusts it; empty if it failed for something else.
   *
   * @param failure as the client threw it
   */
  public static Optional<String> problem(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .filter(CertPathBuilderException.class::isInstance)
        .findFirst()
        .map(
            cause ->
                ("Java does not trust its certificate, or that of a proxy in between (%s); start"
                        + " Java with -Djavax.net.ssl.trustStore=FILE, a key store that has it")
                    .formatted(cause.getMessage()));
  }
}
