package io.flexora.tracker.mlflow;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.network.BearerToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/** The credentials of the server, from the environment; they leave this class as a header alone. */
final class Credentials {

  private static final String TOKEN = "MLFLOW_TRACKING_TOKEN";

  private final Optional<String> header;

  private Credentials(Optional<String> header) {
    this.header = header;
  }

  /**
   * Reads the variables that MLflow's own client reads, as it does: an empty one is none, and the
   * token counts where user or password is missing.
   *
   * @param variable a variable of the environment
   * @throws FlexoraException if the token has characters that no token has
   */
  static Credentials of(Function<String, Optional<String>> variable) {
    Optional<String> user = filled(variable, "MLFLOW_TRACKING_USERNAME");
    Optional<String> password = filled(variable, "MLFLOW_TRACKING_PASSWORD");
    return new Credentials(
        user.flatMap(name -> password.map(word -> "Basic " + encoded(name + ":" + word)))
            .or(
                () ->
                    filled(variable, TOKEN)
                        .map(token -> BearerToken.of(token.strip(), TOKEN).header())));
  }

  private static Optional<String> filled(Function<String, Optional<String>> variable, String name) {
    return variable.apply(name).filter(text -> !text.isEmpty());
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
