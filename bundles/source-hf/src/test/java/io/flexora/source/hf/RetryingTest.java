package io.flexora.source.hf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RetryingTest {

  private static final URI HUB = URI.create("https://hub.example/api");

  @Test
  void whereNobodyAnswersItNamesMirrorAndProxy() {
    HubFailure failure = Retrying.unreachable(HUB, new ConnectException());

    assertThat(failure.kind()).isEqualTo(HubFailure.Kind.UNREACHABLE);
    assertThat(failure)
        .hasMessage(
            "https://hub.example/api cannot be reached: the connection is refused. Try again when"
                + " the network is there; HF_ENDPOINT names a mirror, https_proxy a proxy");
  }

  @Test
  void whereACertificateIsUnknownItNamesTheTrustStore() {
    SSLHandshakeException handshake = new SSLHandshakeException("PKIX path building failed");
    handshake.initCause(new CertPathBuilderException("no path"));

    HubFailure failure = Retrying.unreachable(HUB, handshake);

    assertThat(failure.kind()).isEqualTo(HubFailure.Kind.BROKEN);
    assertThat(failure)
        .hasMessage(
            "https://hub.example/api cannot be reached: Java does not trust its certificate, or"
                + " that of a proxy in between (no path); start Java with"
                + " -Djavax.net.ssl.trustStore=FILE, a key store that has it");
  }
}
