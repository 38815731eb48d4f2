package io.flexora.source.hf;

import io.flexora.files.network.TimedBody;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a request, with those that redirected it.
 *
 * @param hops all responses in their order, at least one
 */
record HubResponse(List<HttpResponse<TimedBody>> hops) {
  HubResponse {
    hops = List.copyOf(hops);
  }

  HttpResponse<TimedBody> last() {
    return hops.get(hops.size() - 1);
  }

  int status() {
    return last().statusCode();
  }

  boolean isRedirect() {
    return isRedirect(last());
  }

  static boolean isRedirect(HttpResponse<?> response) {
    return List.of(301, 302, 303, 307, 308).contains(response.statusCode());
  }

  /** Whether the Hub has named commit and checksum, so that the file itself need not be asked. */
  boolean tellsOfFile() {
    return firstHeader("X-Repo-Commit").isPresent() && firstHeader("X-Linked-Etag").isPresent();
  }

  /** A header of the last response. */
  Optional<String> header(String name) {
    return last().headers().firstValue(name);
  }

  /** A header of the first response that has it; a redirected answer tells of the file early. */
  Optional<String> firstHeader(String name) {
    return hops.stream().flatMap(r -> r.headers().firstValue(name).stream()).findFirst();
  }

  /** A header of the last response that is a number that is not negative. */
  Optional<Long> number(String name) {
    return header(name).flatMap(HubResponse::wholeNumber);
  }

  /** A header of the first response that has it, if that is a number that is not negative. */
  Optional<Long> firstNumber(String name) {
    return firstHeader(name).flatMap(HubResponse::wholeNumber);
  }

  private static Optional<Long> wholeNumber(String text) {
    return text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }
}
