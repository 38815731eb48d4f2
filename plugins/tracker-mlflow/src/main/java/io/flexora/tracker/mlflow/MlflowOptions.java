package io.flexora.tracker.mlflow;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.Optional;

/** The options of {@code mlflow}. */
public record MlflowOptions(
    @Option(
            doc =
                "Address of the server. Default: the variable MLFLOW_TRACKING_URI, else"
                    + " http://127.0.0.1:5000. User and password belong into"
                    + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, a token into"
                    + " MLFLOW_TRACKING_TOKEN.")
        Optional<String> trackingUri,
    @Option(
            doc =
                "Name of the server's experiment that the runs belong to; made if it is not there.",
            byDefault = "flexora")
        String experimentName) {

  /**
   * Checks the address.
   *
   * @throws IllegalArgumentException if it is none of an HTTP server, or holds a password
   */
  public MlflowOptions {
    trackingUri
        .flatMap(ServerAddress::problem)
        .ifPresent(
            problem -> {
              throw OptionException.of("tracking_uri", problem);
            });
  }
}
