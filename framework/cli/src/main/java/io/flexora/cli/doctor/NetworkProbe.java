package io.flexora.cli.doctor;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.network.UnknownCertificate;
import io.flexora.files.network.UserProxies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks servers whether they are there, through the proxies of those who use them.
 *
 * @since 0.1
 */
public final class NetworkProbe {

  private final Optional<Duration> limit;

  private NetworkProbe(Optional<Duration> limit) {
    this.limit = limit;
  }

  /** Asks nobody. */
  public static NetworkProbe none() {
    return new NetworkProbe(Optional.empty());
  }

  /** Asks with a limit for the time that an answer may take. */
  public static NetworkProbe within(Duration limit) {
    return new NetworkProbe(Optional.of(limit));
  }

  /** Whether servers are asked. */
  boolean asks() {
    return limit.isPresent();
  }

  /**
   * Why a server does not answer; empty if it does, whatever its answer is.
   *
   * @param proxy through which it is asked; if that is not known, through those of Java's
   *     properties and of the environment
   */
  Optional<String> problem(URI server, Optional<Proxy> proxy) {
    boolean http = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
    return http && limit.isPresent() ? problem(server, proxy, limit.get()) : Optional.empty();
  }

  private static Optional<String> problem(URI server, Optional<Proxy> proxy, Duration limit) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(server)
              .method("HEAD", BodyPublishers.noBody())
              .timeout(limit)
              .build();
      client(proxy, limit).send(request, BodyHandlers.discarding());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } catch (IOException | FlexoraException e) {
      return UnknownCertificate.problem(e)
          .or(() -> Optional.ofNullable(e.getMessage()))
          .or(() -> Optional.of(e.getClass().getSimpleName()));
    }
  }

  private static HttpClient client(Optional<Proxy> proxy, Duration limit) {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(limit);
    if (proxy.isPresent()) {
      InetSocketAddress address = (InetSocketAddress) proxy.get().address();
      return client.proxy(ProxySelector.of(address)).build();
    }
    return UserProxies.ofThisProcess().applyTo(client).build();
  }
}
