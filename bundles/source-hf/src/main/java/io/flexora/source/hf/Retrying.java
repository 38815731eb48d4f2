package io.flexora.source.hf;

import io.flexora.files.network.UnknownCertificate;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Sends a request again while its failure may pass. */
final class Retrying {
  private static final List<Integer> BUSY = List.of(408, 429, 500, 502, 503, 504);
  // The Hub's own header: how many seconds until requests are counted anew.
  private static final Pattern RATE_LIMIT = Pattern.compile(".*\\bt=([0-9]{1,9}).*");
  private final HubClient client;
  private final HubTimeouts timeouts;
  private final DownloadProgress progress;
  private final boolean hasCache;

  /**
   * Makes it.
   *
   * @param hasCache whether there is something to fall back on where nobody can be reached
   */
  Retrying(HubClient client, HubTimeouts timeouts, DownloadProgress progress, boolean hasCache) {
    this.client = client;
    this.timeouts = timeouts;
    this.progress = progress;
    this.hasCache = hasCache;
  }

  /** The use of an answer; it is done again where it fails in reading. */
  interface Use<T> {
    T of(HubResponse answer) throws IOException;
  }

  /**
   * Sends a request.
   *
   * @param from the first byte that is wanted; 0 for all
   * @param use takes an answer of any status that does not ask to try again
   * @throws HubFailure if none comes whole, or from the use
   */
  <T> T send(String method, URI uri, long from, Use<T> use) throws IOException {
    for (int failures = 1; ; failures++) {
      Duration pause = timeouts.pauseAfter(failures);
      try {
        HubResponse answer = client.send(method, uri, from);
        if (!BUSY.contains(answer.status())) {
          return use.of(answer);
        }
        answer.last().body().close();
        pause = pauseAskedFor(answer).orElse(pause);
        if (failures == HubTimeouts.ATTEMPTS || pause.compareTo(HubTimeouts.LONGEST_PAUSE) > 0) {
          throw busy(uri, answer, pause);
        }
        progress.notice(
            "%s answers with status %d; trying again in %d s"
                .formatted(uri.getHost(), answer.status(), pause.toSeconds()));
      } catch (HubFailure | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        giveUpAfter(failures, uri, e);
      }
      HubTimeouts.sleep(pause, progress::tick);
    }
  }

  private void giveUpAfter(int failures, URI uri, IOException e) throws HubFailure {
    boolean stays = e instanceof SSLException || (hasCache && isNobodyThere(e));
    if (stays || failures == HubTimeouts.ATTEMPTS) {
      throw unreachable(uri, e);
    }
    progress.notice("%s: %s; trying again".formatted(uri.getHost(), reason(e)));
  }

  private static HubFailure busy(URI uri, HubResponse answer, Duration pause) {
    String when =
        answer.status() == 429
            ? "; it asks to wait %d s. With HF_TOKEN set it allows more"
                .formatted(pause.toSeconds())
            : ". Try again later";
    return new HubFailure(
        HubFailure.Kind.BUSY,
        "%s cannot serve this now (status %d)%s"
            .formatted(HubClient.shown(uri), answer.status(), when));
  }

  /** The failure that nobody answers, or not to the end. */
  static HubFailure unreachable(URI uri, IOException e) {
    return new HubFailure(
        isNobodyThere(e) ? HubFailure.Kind.UNREACHABLE : HubFailure.Kind.BROKEN,
        UnknownCertificate.problem(e)
            .map(why -> "%s cannot be reached: %s".formatted(HubClient.shown(uri), why))
            .orElseGet(
                () ->
                    ("%s cannot be reached: %s. Try again when the network is there; HF_ENDPOINT"
                            + " names a mirror, https_proxy a proxy")
                        .formatted(HubClient.shown(uri), reason(e))),
        e);
  }

  private static boolean isNobodyThere(IOException e) {
    return e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
  }

  /** What a failure of the library means; some of them have no message. */
  static String reason(IOException e) {
    boolean unresolved =
        Stream.<Throwable>iterate(e, x -> x != null, Throwable::getCause)
            .anyMatch(x -> x instanceof UnresolvedAddressException);
    if (unresolved) {
      return "there is no such host";
    }
    if (e.getMessage() == null) {
      return e instanceof ConnectException
          ? "the connection is refused"
          : e.getClass().getSimpleName();
    }
    return e.getMessage();
  }

  private static Optional<Duration> pauseAskedFor(HubResponse answer) {
    Optional<String> written = answer.header("Retry-After");
    if (written.isPresent()) {
      return written.flatMap(Retrying::pause);
    }
    return answer
        .header("RateLimit")
        .map(RATE_LIMIT::matcher)
        .filter(Matcher::matches)
        .filter(m -> answer.status() == 429)
        .map(m -> Duration.ofSeconds(Long.parseLong(m.group(1))));
  }

  private static Optional<Duration> pause(String retryAfter) {
    if (retryAfter.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)));
    }
    try {
      ZonedDateTime then = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration left = Duration.between(ZonedDateTime.now(then.getZone()), then);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
