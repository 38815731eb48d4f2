package io.flexora.source.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadFailureTest {

  @TempDir Path home;

  @Test
  void anUnknownCertificateIsNotTriedAgainAndNamesTheTrustStore() {
    RemoteRepository here =
        new RemoteRepository.Builder("here", "default", "https://repo.example/maven2").build();
    ArtifactRequest request =
        new ArtifactRequest(new DefaultArtifact("g:a:1"), List.of(here), "flexora");
    SSLHandshakeException handshake = new SSLHandshakeException("PKIX path building failed");
    handshake.initCause(new CertPathBuilderException("no path"));
    ArtifactResult result = new ArtifactResult(request).addException(here, handshake);

    DownloadFailure failure = DownloadFailure.of(new ArtifactResolutionException(List.of(result)));

    assertThat(failure.mayPass()).isFalse();
    UserSettings settings =
        UserSettings.read(new MavenEnvironment(home, Map.of(), new Properties()));
    assertThat(failure.message(Coordinates.parse("g:a:1"), settings, request))
        .isEqualTo(
            "maven:g:a:1 could not be downloaded from here (https://repo.example/maven2): Java does"
                + " not trust its certificate, or that of a proxy in between (no path); start Java"
                + " with -Djavax.net.ssl.trustStore=FILE, a key store that has it");
  }
}
