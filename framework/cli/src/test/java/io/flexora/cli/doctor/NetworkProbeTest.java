package io.flexora.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
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
      assertThat(problem(PROBE, at(server.getAddress().getPort()))).isEmpty();
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
    assertThat(problem(PROBE, at(port))).isPresent();
  }

  @Test
  void aServerThatIsSilentIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NetworkProbe impatient = NetworkProbe.within(Duration.ofMillis(200));
      assertThat(problem(impatient, at(silent.getLocalPort()))).isPresent();
    }
  }

  @Test
  void noServerIsAskedWithoutTheNetwork() {
    assertThat(NetworkProbe.none().asks()).isFalse();
    assertThat(problem(NetworkProbe.none(), at(1))).isEmpty();
  }

  @Test
  void aServerIsAskedThroughTheProxyOfItsSource() throws Exception {
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    proxy.start();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI server = at(silent.getLocalPort());
      NetworkProbe impatient = NetworkProbe.within(Duration.ofMillis(200));
      Proxy known = new Proxy(Proxy.Type.HTTP, proxy.getAddress());
      assertThat(PROBE.problem(server, Optional.of(known))).isEmpty();
      assertThat(impatient.problem(server, Optional.of(Proxy.NO_PROXY))).isPresent();
    } finally {
      proxy.stop(0);
    }
  }

  private static Optional<String> problem(NetworkProbe probe, URI server) {
    return probe.problem(server, Optional.empty());
  }

  private static URI at(int port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }
}
