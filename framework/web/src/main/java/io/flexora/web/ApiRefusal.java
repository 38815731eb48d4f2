package io.flexora.web;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A request to a model server that gets an error, in the form of OpenAI's interface. */
final class ApiRefusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int SERVER = 500;

  private final int status;
  private final String code;
  private final Optional<String> parameter;

  private ApiRefusal(int status, String code, Optional<String> parameter, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.parameter = parameter;
  }

  /** A refusal of the request as a whole. */
  static ApiRefusal of(int status, String code, String message) {
    return new ApiRefusal(status, code, Optional.empty(), message);
  }

  /** A refusal of the value of a member of the request. */
  static ApiRefusal ofMember(String member, String message) {
    return new ApiRefusal(400, "invalid_value", Optional.of(member), message);
  }

  /** The error object. */
  Map<String, Object> body() {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", getMessage());
    error.put(
        "type",
        status == 429
            ? "rate_limit_error"
            : status >= SERVER ? "server_error" : "invalid_request_error");
    error.put("param", parameter.orElse(null));
    error.put("code", code);
    return Map.of("error", error);
  }

  void to(Context context) {
    if (status == 429 || status == 503) {
      context.header("Retry-After", "1");
    }
    if (status == 401) {
      context.header("WWW-Authenticate", "Bearer");
    }
    context.status(status).contentType("application/json").result(StatusJson.text(body()));
    context.skipRemainingHandlers();
  }
}
