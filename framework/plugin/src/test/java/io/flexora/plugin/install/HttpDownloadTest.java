package io.flexora.plugin.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.FileServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpDownloadTest {

  private static final HttpDownload PATIENT =
      new HttpDownload(Duration.ofSeconds(30), Duration.ofSeconds(30));
  private static final HttpDownload HASTY =
      new HttpDownload(Duration.ofSeconds(3), Duration.ofSeconds(2));

  private static byte[] fetch(String url, long most) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PATIENT.fetch(URI.create(url), most, true, out);
    return out.toByteArray();
  }

  @Test
  void aFileComesWhole() throws IOException {
    try (FileServer server = new FileServer()) {
      byte[] content = new byte[300_000];
      content[7] = 7;
      assertThat(fetch(server.file("f", content).url("f"), 300_000)).isEqualTo(content);
    }
  }

  @Test
  void whatIsTooLargeIsNotTaken() throws IOException {
    try (FileServer server = new FileServer()) {
      String url = server.file("f", new byte[1001]).url("f");
      assertThatThrownBy(() -> fetch(url, 1000))
          .isInstanceOf(FlexoraException.class)
          .hasMessage("cannot download %s: it has more than 1,000 bytes", url);
    }
  }

  @Test
  void aServerThatSendsForEverEndsAtTheLimitOfSize() throws IOException {
    assertThatThrownBy(() -> raw(PATIENT, "", 1 << 16, 0))
        .hasMessageContaining("more than 1,048,576 bytes");
  }

  @Test
  void aServerThatSendsTooSlowlyEndsAtTheLimitOfTime() throws IOException {
    assertThatThrownBy(() -> raw(HASTY, "", 1, 50)).hasMessageContaining("did not come within 2 s");
  }

  @Test
  void aServerThatStopsSendingIsNotWaitedFor() throws IOException {
    assertThatThrownBy(() -> raw(HASTY, "Content-Length: 100\r\n", 1, 60_000))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("nothing came for");
  }

  @Test
  void redirectionsEnd() throws IOException {
    try (FileServer server = new FileServer()) {
      String url = server.redirect("round", "/round").url("round");
      assertThatThrownBy(() -> fetch(url, 10)).hasMessageContaining("redirected again and again");
    }
  }

  @Test
  void aSecretOfAnAddressIsNotShown() {
    assertThatThrownBy(() -> fetch("http://user:secret@127.0.0.1:1/f?token=secret", 10))
        .hasMessageContaining("127.0.0.1:1/f")
        .hasMessageNotContaining("secret");
  }

  /** Asks a server that sends pieces of a body, with pauses, until nobody listens. */
  private static void raw(HttpDownload download, String headers, int piece, long pauseMillis)
      throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> answer(server, headers, piece, pauseMillis));
      thread.setDaemon(true);
      thread.start();
      download.fetch(
          URI.create("http://127.0.0.1:%d/f".formatted(server.getLocalPort())),
          1 << 20,
          true,
          OutputStream.nullOutputStream());
    }
  }

  private static void answer(ServerSocket server, String headers, int piece, long pauseMillis) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read(new byte[8192]);
      OutputStream out = socket.getOutputStream();
      out.write(("HTTP/1.1 200 OK\r\n" + headers + "\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = new byte[piece];
      while (true) {
        out.write(bytes);
        out.flush();
        Thread.sleep(pauseMillis);
      }
    } catch (IOException | InterruptedException e) {
      // The client has gone.
    }
  }
}
