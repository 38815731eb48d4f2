package io.flexora.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NetworkProbeTest {

  private static final NetworkProbe PROBE = NetworkProbe.within(Duration.ofSeconds(5));

  @Test
  void aServerThatAnswersIsThereWhateverItSays() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
    try {
      assertThat(PROBE.problem(at(server.getAddress().getPort()))).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aPortThatNobodyListensAtIsTold() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThat(PROBE.problem(at(port))).isPresent();
  }

  @Test
  void aServerThatIsSilentIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(NetworkProbe.within(Duration.ofMillis(200)).problem(at(silent.getLocalPort())))
          .isPresent();
    }
  }

  @Test
  void noServerIsAskedWithoutTheNetwork() {
    assertThat(NetworkProbe.none().asks()).isFalse();
    assertThat(NetworkProbe.none().problem(at(1))).isEmpty();
  }

  private static URI at(int port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }
}
