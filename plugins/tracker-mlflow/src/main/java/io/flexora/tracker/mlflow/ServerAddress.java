package io.flexora.tracker.mlflow;

import io.flexora.api.run.FlexoraException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/** The address of the server. */
final class ServerAddress {

  private static final String VARIABLE = "MLFLOW_TRACKING_URI";
  private static final String DEFAULT = "http://127.0.0.1:5000";

  private ServerAddress() {}

  /** What is wrong with an address; a password in it is not shown. */
  static Optional<String> problem(String written) {
    URI address;
    try {
      address = URI.create(written.strip());
    } catch (IllegalArgumentException e) {
      return Optional.of("it is no address such as http://127.0.0.1:5000");
    }
    if (address.getRawUserInfo() != null) {
      return Optional.of(
          "it holds a user or a password, which would get into files; set"
              + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD instead");
    }
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    return http && address.getHost() != null
        ? Optional.empty()
        : Optional.of(
            ("'%s' is no address of an MLflow server, such as http://127.0.0.1:5000. For a database"
                    + " or a folder of MLflow's start 'mlflow server --backend-store-uri %s'")
                .formatted(written, written));
  }

  /**
   * The address to use.
   *
   * @param variable a variable of the environment
   */
  static String of(MlflowOptions options, Function<String, Optional<String>> variable) {
    String address =
        options
            .trackingUri()
            .or(() -> variable.apply(VARIABLE).filter(value -> !value.isBlank()))
            .orElse(DEFAULT);
    problem(address)
        .ifPresent(
            problem -> {
              throw new FlexoraException("%s: %s".formatted(VARIABLE, problem));
            });
    return address.strip().replaceFirst("/+$", "");
  }
}
