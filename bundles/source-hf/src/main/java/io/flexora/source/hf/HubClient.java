package io.flexora.source.hf;

import io.flexora.files.network.BearerToken;
import io.flexora.files.network.TimedBody;
import io.flexora.files.network.UserProxies;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Sends requests and follows redirects by itself, so that the token is seen by the endpoint alone.
 */
final class HubClient {
  private static final int MOST_REDIRECTS = 10;
  private final URI endpoint;
  private final Optional<BearerToken> token;
  private final HttpClient client;
  private final HubTimeouts timeouts;

  HubClient(HubEnvironment environment, HubTimeouts timeouts) {
    this.endpoint = environment.endpoint();
    this.token = environment.token();
    this.timeouts = timeouts;
    UserProxies proxies =
        new UserProxies(
            name -> Optional.ofNullable(environment.properties().getProperty(name)),
            environment::variable);
    this.client =
        proxies
            .applyTo(
                HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(Redirect.NEVER)
                    .connectTimeout(timeouts.connect()))
            .build();
  }

  /** Whether a token is sent. */
  boolean hasToken() {
    return token.isPresent();
  }

  /**
   * Sends one request.
   *
   * @param method {@code GET} or {@code HEAD}
   * @param from the first byte that is wanted; 0 for all
   * @return an answer whose body is to be closed
   * @throws IOException if there is no answer
   */
  HubResponse send(String method, URI first, long from) throws IOException {
    List<HttpResponse<TimedBody>> hops = new ArrayList<>();
    URI uri = first;
    while (hops.size() <= MOST_REDIRECTS) {
      HttpResponse<TimedBody> response = exchange(method, uri, from);
      hops.add(response);
      HubResponse answer = new HubResponse(hops);
      Optional<String> target = response.headers().firstValue("Location");
      if (!answer.isRedirect() || target.isEmpty()) {
        return answer;
      }
      response.body().close();
      uri = redirected(uri, target.get());
      if (method.equals("HEAD") && !isEndpoint(uri) && answer.tellsOfFile()) {
        return answer;
      }
    }
    throw new HubFailure(
        HubFailure.Kind.MALFORMED,
        "%s redirects again and again; check HF_ENDPOINT".formatted(shown(first)));
  }

  private static URI redirected(URI from, String target) throws HubFailure {
    return followed(from, target)
        .orElseThrow(
            () ->
                new HubFailure(
                    HubFailure.Kind.MALFORMED,
                    "%s redirects to an address that is no safe one; check HF_ENDPOINT"
                        .formatted(shown(from))));
  }

  /**
   * The address that an answer leads to; empty if it is no address of HTTP or HTTPS, or if it is
   * one of HTTP and the answer came by HTTPS.
   */
  static Optional<URI> followed(URI from, String target) {
    try {
      URI uri = from.resolve(target);
      List<String> schemes =
          from.getScheme().equals("https") ? List.of("https") : List.of("http", "https");
      return Optional.of(uri).filter(u -> u.getHost() != null && schemes.contains(u.getScheme()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private HttpResponse<TimedBody> exchange(String method, URI uri, long from) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.noBody())
            .timeout(timeouts.answer())
            .header("User-Agent", "flexora")
            .header("Accept-Encoding", "identity");
    if (isEndpoint(uri)) {
      token.ifPresent(t -> request.header("Authorization", t.header()));
    }
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    try {
      return client.send(request.build(), info -> new TimedBody(timeouts.answer()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while an answer was awaited");
    }
  }

  /** Whether an address is at the endpoint itself. */
  private boolean isEndpoint(URI uri) {
    return Objects.equals(uri.getScheme(), endpoint.getScheme())
        && uri.getHost().equalsIgnoreCase(endpoint.getHost())
        && port(uri) == port(endpoint);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }

  /** An address without what only its owner should see. */
  static String shown(URI uri) {
    return uri.getScheme()
        + "://"
        + uri.getHost()
        + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
        + uri.getPath();
  }
}
