package io.flexora.tracker.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.Printable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Sends requests to the REST API of a server, some times if it does not answer. */
final class MlflowServer {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String API = "/api/2.0/mlflow/";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final int LONGEST = 300;

  /** The server refused a request. */
  static final class RequestRefusedException extends FlexoraException {

    private static final long serialVersionUID = 1L;

    private final String code;

    RequestRefusedException(String message, String code) {
      super(message);
      this.code = code;
    }

    /** MLflow's word for why. */
    String code() {
      return code;
    }
  }

  private final String address;
  private final Credentials credentials;
  private final HttpClient client;
  private final Duration[] waits;
  private boolean answered;

  /**
   * Makes the client.
   *
   * @param client follows no redirections, as others than the server are not to see the credentials
   * @param waits how long to wait before each further try
   */
  MlflowServer(String address, Credentials credentials, HttpClient client, Duration... waits) {
    this.address = address;
    this.credentials = credentials;
    this.client = client;
    this.waits = waits.clone();
  }

  /** Asks, with one argument. */
  JsonNode get(String endpoint, String argument, String value) {
    String query = argument + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return send(endpoint, request(endpoint + "?" + query).GET().build(), Optional::empty);
  }

  /** Tells; the server may be told twice. */
  JsonNode post(String endpoint, ObjectNode body) {
    return postOnce(endpoint, body, Optional::empty);
  }

  /**
   * Tells what is to happen once.
   *
   * @param done asked before each further try: the answer, if an earlier try did it and its answer
   *     was lost
   */
  JsonNode postOnce(String endpoint, ObjectNode body, Supplier<Optional<JsonNode>> done) {
    HttpRequest.BodyPublisher content = HttpRequest.BodyPublishers.ofString(body.toString());
    return send(
        endpoint,
        request(endpoint).header("Content-Type", "application/json").POST(content).build(),
        done);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + API + path)).timeout(TIMEOUT);
    credentials.header().ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode send(String endpoint, HttpRequest request, Supplier<Optional<JsonNode>> done) {
    // A server that restarts is waited for, one that never was there is not.
    int most = answered ? waits.length : Math.min(1, waits.length);
    for (int tried = 0; ; tried++) {
      try {
        HttpResponse<String> answer =
            client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        boolean passing = answer.statusCode() == TOO_MANY || answer.statusCode() >= SERVER_ERROR;
        answered = true;
        if (!passing || tried >= most) {
          return content(endpoint, answer);
        }
      } catch (IOException e) {
        if (tried >= most) {
          throw new FlexoraException(
              "%s does not answer (%s); start it, such as by 'mlflow server', or change tracking_uri"
                  .formatted(address, e),
              e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      rest(waits[tried]);
      Optional<JsonNode> lost = done.get();
      if (lost.isPresent()) {
        return lost.get();
      }
    }
  }

  private static void rest(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static FlexoraException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new FlexoraException("the server was not waited for any longer", e);
  }

  private JsonNode content(String endpoint, HttpResponse<String> answer) {
    Optional<JsonNode> json = parsed(answer.body());
    if (answer.statusCode() == OK && json.isPresent()) {
      return json.get();
    }
    String said =
        json.map(node -> node.path("message").asText(""))
            .filter(text -> !text.isEmpty())
            .orElse(answer.body());
    throw new RequestRefusedException(
        "%s refused %s with status %d: %s%s"
            .formatted(
                address,
                endpoint,
                answer.statusCode(),
                Printable.line(said.length() > LONGEST ? said.substring(0, LONGEST) : said),
                answer.statusCode() == 401 || answer.statusCode() == 403
                    ? "; check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or"
                        + " MLFLOW_TRACKING_TOKEN"
                    : ""),
        json.map(node -> node.path("error_code").asText("")).orElse(""));
  }

  private static Optional<JsonNode> parsed(String body) {
    try {
      return Optional.ofNullable(JSON.readTree(body)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
