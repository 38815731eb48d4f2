package io.flexora.web;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Optional;

/**
 * The gate of changes: a script of this page that has the token, or a program that sends it as its
 * bearer. A form can send neither JSON nor a header of its own, and a browser tells the origin of
 * every request that changes something.
 *
 * @param token the page's token
 */
record ActionGate(AccessToken token) {

  private static final String BEARER = "Bearer ";
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  /** Why a request is refused; empty if it is let in. Its Host header is one of the page's. */
  Optional<HttpRefusal> refusal(Context context) {
    String host = context.header("Host");
    String origin = context.header("Origin");
    String site = context.header("Sec-Fetch-Site");
    Optional<String> bearer = bearer(context);
    boolean own = origin == null ? bearer.isPresent() : origin.equalsIgnoreCase("http://" + host);
    if (host == null || !own) {
      return refused(FORBIDDEN, "only this page's own requests change anything");
    }
    if (site != null && !site.equals("same-origin")) {
      return refused(FORBIDDEN, "only this page's own requests change anything");
    }
    if (!isJson(context.contentType())) {
      return refused(UNSUPPORTED_MEDIA_TYPE, "a request that changes something is JSON");
    }
    if (!token.is(bearer.orElse(context.header(AccessToken.HEADER)))) {
      return refused(UNAUTHORIZED, "this needs the token that the terminal shows");
    }
    return Optional.empty();
  }

  /** A token as programs send it; browsers do not without being asked to by this page. */
  private static Optional<String> bearer(Context context) {
    return Optional.ofNullable(context.header("Authorization"))
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip());
  }

  private static boolean isJson(String type) {
    return type != null
        && type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
  }

  private static Optional<HttpRefusal> refused(int code, String why) {
    return Optional.of(HttpRefusal.of(code, why));
  }
}
