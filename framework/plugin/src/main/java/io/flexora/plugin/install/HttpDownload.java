package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.network.TimedBody;
import io.flexora.files.network.UserProxies;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Brings a file by HTTP: through the user's proxies, whole, within limits of size and time, and
 * without encryption only where that is allowed.
 *
 * @since 0.1
 */
public final class HttpDownload {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int MOST_REDIRECTS = 10;
  private static final Duration STALLED = Duration.ofSeconds(60);
  private static final Duration TOTAL = Duration.ofMinutes(30);

  private final Duration stalled;
  private final Duration total;

  /**
   * Makes a download.
   *
   * @param stalled how long to wait for the next bytes
   * @param total how long it may take in all
   */
  HttpDownload(Duration stalled, Duration total) {
    this.stalled = stalled;
    this.total = total;
  }

  /** A download with the limits that are right for jars and archives. */
  public static HttpDownload usual() {
    return new HttpDownload(STALLED, TOTAL);
  }

  /**
   * Writes the file to a stream.
   *
   * @param most how many bytes it may have
   * @param plainHttp whether {@code http:} will do
   * @throws IOException if the stream cannot take it
   * @throws FlexoraException if it does not come whole within the limits
   */
  public void fetch(URI first, long most, boolean plainHttp, OutputStream out) throws IOException {
    if (!fetchIfThere(first, most, plainHttp, out)) {
      throw failed(first, "the server answers with status 404", null);
    }
  }

  /** Does the same, or nothing if the server does not have the file (status 404). */
  boolean fetchIfThere(URI first, long most, boolean plainHttp, OutputStream out)
      throws IOException {
    HttpClient client =
        UserProxies.ofThisProcess()
            .applyTo(
                HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT))
            .build();
    URI uri = first;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      requireAllowed(uri, plainHttp);
      HttpResponse<TimedBody> response = send(client, uri);
      try (TimedBody body = response.body()) {
        Optional<String> target = response.headers().firstValue("Location");
        if (response.statusCode() / 100 == 3 && target.isPresent()) {
          uri = redirected(uri, target.get());
          continue;
        }
        if (response.statusCode() == 404) {
          return false;
        }
        if (response.statusCode() != 200) {
          throw failed(uri, "the server answers with status " + response.statusCode(), null);
        }
        copy(uri, body, announced(response), most, out);
        return true;
      }
    }
    throw failed(first, "it is redirected again and again", null);
  }

  private static void requireAllowed(URI uri, boolean plainHttp) {
    boolean safe = "https".equalsIgnoreCase(uri.getScheme());
    boolean plain = "http".equalsIgnoreCase(uri.getScheme());
    if (uri.getHost() == null || !(safe || plain)) {
      throw failed(uri, "it is no address that begins with https://", null);
    }
    if (!safe && !plainHttp) {
      throw failed(
          uri,
          "HTTP without encryption lets anybody on the way exchange the file. Use https, or allow it"
              + " with --allow-http, best together with --sha256",
          null);
    }
  }

  private static URI redirected(URI from, String target) {
    try {
      return from.resolve(target);
    } catch (IllegalArgumentException e) {
      throw failed(from, "it is redirected to what is no address", e);
    }
  }

  private HttpResponse<TimedBody> send(HttpClient client, URI uri) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(stalled)
            .header("User-Agent", "flexora")
            .header("Accept-Encoding", "identity")
            .build();
    try {
      return client.send(request, info -> new TimedBody(stalled));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(uri, "interrupted", e);
    } catch (IOException e) {
      throw failed(uri, reason(e), e);
    }
  }

  private static long announced(HttpResponse<?> response) {
    return response.headers().firstValueAsLong("Content-Length").orElse(-1);
  }

  private void copy(URI uri, TimedBody body, long announced, long most, OutputStream out)
      throws IOException {
    if (announced > most) {
      throw tooLarge(uri, most);
    }
    long deadline = System.nanoTime() + total.toNanos();
    long come = 0;
    Optional<ByteBuffer> piece = next(uri, body);
    while (piece.isPresent()) {
      byte[] bytes = new byte[piece.get().remaining()];
      piece.get().get(bytes);
      come += bytes.length;
      if (come > most) {
        throw tooLarge(uri, most);
      }
      if (System.nanoTime() > deadline) {
        throw failed(uri, "it did not come within %d s".formatted(total.toSeconds()), null);
      }
      out.write(bytes);
      piece = next(uri, body);
    }
    if (announced >= 0 && come != announced) {
      throw failed(uri, "it ended after %,d of %,d bytes".formatted(come, announced), null);
    }
  }

  private static Optional<ByteBuffer> next(URI uri, TimedBody body) {
    try {
      return body.next(() -> {});
    } catch (InterruptedIOException e) {
      throw failed(uri, "interrupted", e);
    } catch (IOException e) {
      throw failed(uri, reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null
        ? "nobody answers (%s)".formatted(e.getClass().getSimpleName())
        : e.getMessage();
  }

  private static FlexoraException tooLarge(URI uri, long most) {
    return failed(uri, "it has more than %,d bytes".formatted(most), null);
  }

  private static FlexoraException failed(URI uri, String why, Exception cause) {
    return new FlexoraException(
        "cannot download %s: %s".formatted(shown(uri), why.replaceAll("\\s+", " ")), cause);
  }

  /** An address without what only its owner should see. */
  static String shown(URI uri) {
    if (uri.getRawAuthority() == null) {
      return uri.toString();
    }
    return uri.getScheme()
        + "://"
        + uri.getRawAuthority().replaceFirst(".*@", "")
        + (uri.getRawPath() == null ? "" : uri.getRawPath());
  }
}
