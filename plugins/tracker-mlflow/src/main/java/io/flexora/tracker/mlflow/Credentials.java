package io.flexora.tracker.mlflow;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/** What opens the server, from the environment; it leaves this class as a header alone. */
final class Credentials {

  private final Optional<String> header;

  private Credentials(Optional<String> header) {
    this.header = header;
  }

  /**
   * Reads the variables that MLflow's own client reads.
   *
   * @param variable a variable of the environment
   */
  static Credentials of(Function<String, Optional<String>> variable) {
    Optional<String> user = variable.apply("MLFLOW_TRACKING_USERNAME");
    String password = variable.apply("MLFLOW_TRACKING_PASSWORD").orElse("");
    return new Credentials(
        user.map(name -> "Basic " + encoded(name + ":" + password))
            .or(() -> variable.apply("MLFLOW_TRACKING_TOKEN").map(token -> "Bearer " + token)));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The value of the header {@code Authorization}; empty if none is to be sent. */
  Optional<String> header() {
    return header;
  }

  /** Says no more than whether there are some. */
  @Override
  public String toString() {
    return header.isPresent() ? "(credentials)" : "(none)";
  }
}
