package io.flexora.files.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class UnknownCertificateTest {

  @Test
  void itIsFoundBehindWhatTheClientThrows() {
    SSLHandshakeException handshake = new SSLHandshakeException("PKIX path building failed");
    handshake.initCause(new CertPathBuilderException("no path"));

    assertThat(UnknownCertificate.problem(new IOException("broken", handshake)))
        .hasValue(
            "Java does not trust its certificate, or that of a proxy in between (no path); start"
                + " Java with -Djavax.net.ssl.trustStore=FILE, a key store that has it");
  }

  @Test
  void aCertificateThatHasExpiredIsAnotherMatter() {
    SSLHandshakeException expired = new SSLHandshakeException("PKIX path validation failed");
    expired.initCause(new CertPathValidatorException("validity check failed"));

    assertThat(UnknownCertificate.problem(expired)).isEmpty();
    assertThat(UnknownCertificate.problem(new IOException("refused"))).isEmpty();
  }
}
