package io.flexora.tracker.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.plugin.Doc;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.files.network.UserProxies;
import io.flexora.tracker.mlflow.MlflowServer.RequestRefusedException;
import jakarta.inject.Inject;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Makes a run of an MLflow server of each cell. */
@Doc(
    "Log each cell to an MLflow server as a run: its options, each step of its metrics, its"
        + " results and its final status.")
final class MlflowTracker implements Tracker {

  /** The tag by which a run is found again. */
  private static final String ID = "flexora.id";

  private static final Duration[] WAITS = {
    Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8)
  };

  private final MlflowServer server;
  private final String experimentName;
  private Optional<String> experiment = Optional.empty();

  @Inject
  MlflowTracker(MlflowOptions options) {
    this(options, name -> Optional.ofNullable(System.getenv(name)), WAITS);
  }

  MlflowTracker(
      MlflowOptions options, Function<String, Optional<String>> variable, Duration... waits) {
    HttpClient client =
        new UserProxies(name -> Optional.ofNullable(System.getProperty(name)), variable)
            .applyTo(HttpClient.newBuilder())
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.server =
        new MlflowServer(
            ServerAddress.of(options, variable), Credentials.of(variable), client, waits);
    this.experimentName = options.experimentName();
  }

  @Override
  public Tracking begin(Tracker.Run run, Optional<String> position) {
    // A process that died may have made the run without having kept where it is.
    Optional<String> made = position.or(() -> find(run));
    return made.map(id -> MlflowRun.goOn(server, id, run.parameters()))
        .orElseGet(() -> create(run));
  }

  private Optional<String> find(Tracker.Run run) {
    ObjectNode search = MlflowServer.JSON.createObjectNode();
    search.putArray("experiment_ids").add(experiment());
    search.put("filter", "tags.`%s` = '%s'".formatted(ID, run.id())).put("max_results", 1);
    JsonNode found = server.post("runs/search", search).path("runs").path(0);
    return Optional.of(found.path("info").path("run_id").asText("")).filter(id -> !id.isEmpty());
  }

  private MlflowRun create(Tracker.Run run) {
    ObjectNode body =
        MlflowServer.JSON
            .createObjectNode()
            .put("experiment_id", experiment())
            .put("run_name", run.group() + "/" + run.name())
            .put("start_time", run.started().toEpochMilli());
    body.putArray("tags")
        .add(MlflowRun.pair(ID, run.id()))
        .add(MlflowRun.pair("flexora.group", run.group()))
        .add(MlflowRun.pair("mlflow.source.name", "flexora"))
        .add(MlflowRun.pair("mlflow.source.type", "LOCAL"));
    JsonNode made =
        server.postOnce(
            "runs/create",
            body,
            () -> find(run).map(found -> server.get("runs/get", "run_id", found)));
    String id = made.path("run").path("info").path("run_id").asText();
    return MlflowRun.begin(server, id, run.parameters());
  }

  private String experiment() {
    if (experiment.isEmpty()) {
      experiment = Optional.of(experimentByName().orElseGet(this::newExperiment));
    }
    return experiment.get();
  }

  private Optional<String> experimentByName() {
    try {
      return Optional.of(
          server
              .get("experiments/get-by-name", "experiment_name", experimentName)
              .path("experiment")
              .path("experiment_id")
              .asText());
    } catch (RequestRefusedException e) {
      if (e.code().equals("RESOURCE_DOES_NOT_EXIST")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private String newExperiment() {
    ObjectNode body = MlflowServer.JSON.createObjectNode().put("name", experimentName);
    try {
      return server.post("experiments/create", body).path("experiment_id").asText();
    } catch (RequestRefusedException e) {
      // Another run was faster.
      return experimentByName().orElseThrow(() -> e);
    }
  }
}
