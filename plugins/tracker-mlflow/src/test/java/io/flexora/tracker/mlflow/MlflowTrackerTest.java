package io.flexora.tracker.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MlflowTrackerTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Duration SOON = Duration.ofMillis(1);

  private final StubServer server = new StubServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private MlflowTracker tracker(Map<String, String> environment) {
    return new MlflowTracker(
        new MlflowOptions(Optional.of(server.address() + "/"), "mine"),
        name -> Optional.ofNullable(environment.get(name)),
        SOON,
        SOON);
  }

  private static Tracker.Run run(Map<String, String> parameters) {
    return new Tracker.Run(
        "id-1", "main", "plum-1", Path.of("tracking"), TIME, new TreeMap<>(parameters));
  }

  private static List<Tracking.Metric> losses(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(step -> new Tracking.Metric("train/training_loss", step, TIME, 0.5))
        .toList();
  }

  @Test
  void tellsOptionsStepsResultsAndHowItEnded() {
    try (Tracking tracking = tracker(Map.of()).begin(run(Map.of("seed", "1")), Optional.empty())) {
      tracking.metrics(losses(1, 1));
      tracking.end(
          new Tracking.End(
              Status.FINISHED,
              TIME,
              Optional.empty(),
              new TreeMap<>(Map.of("evaluate/accuracy", 0.75)),
              new TreeMap<>(Map.of("selected_layers", "1 3")),
              Path.of("cells/main")));
    }
    JsonNode told = server.runs.get("run-0");
    assertThat(told.path("run_name").asText()).isEqualTo("plum-1/main");
    assertThat(told.path("start_time").asLong()).isEqualTo(TIME.toEpochMilli());
    assertThat(told.path("params").toString()).isEqualTo("[{\"key\":\"seed\",\"value\":\"1\"}]");
    assertThat(told.path("metrics").toString())
        .isEqualTo(
            "[{\"key\":\"train/training_loss\",\"value\":0.5,\"timestamp\":1767323045678,\"step\":1},"
                + "{\"key\":\"evaluate/accuracy\",\"value\":0.75,\"timestamp\":1767323045678,\"step\":0}]");
    assertThat(told.path("tags").toString())
        .contains("{\"key\":\"flexora.selected_layers\",\"value\":\"1 3\"}");
    assertThat(told.path("status").asText()).isEqualTo("FINISHED");
  }

  @Test
  void aRunThatWasMadeByAProcessThatDiedIsFoundAgain() {
    tracker(Map.of()).begin(run(Map.of()), Optional.empty()).metrics(losses(1, 3));
    tracker(Map.of()).begin(run(Map.of()), Optional.empty()).metrics(losses(1, 5));
    assertThat(server.runs).hasSize(1);
    assertThat(server.runs.get("run-0").path("metrics")).hasSize(5);
  }

  @Test
  void aRunWhoseProcessDiedBeforeItHadToldItsParametersGetsThem() {
    tracker(Map.of()).begin(run(Map.of("seed", "1")), Optional.empty());
    Map<String, String> all = Map.of("seed", "1", "trainer.learning_rate", "0.001");
    for (int look = 0; look < 2; look++) {
      tracker(Map.of()).begin(run(all), Optional.empty());
    }
    assertThat(server.runs.get("run-0").path("params").toString())
        .isEqualTo(
            "[{\"key\":\"seed\",\"value\":\"1\"},"
                + "{\"key\":\"trainer.learning_rate\",\"value\":\"0.001\"}]");
  }

  @Test
  void whatIsNoFiniteNumberHasTheWordsOfProtobuf() {
    Tracking tracking = tracker(Map.of()).begin(run(Map.of()), Optional.empty());
    double[] values = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int i = 0; i < values.length; i++) {
      tracking.metrics(List.of(new Tracking.Metric("evaluate/perplexity", i + 1, TIME, values[i])));
    }
    assertThat(server.runs.get("run-0").path("metrics").findValuesAsText("value"))
        .containsExactly("NaN", "Infinity", "-Infinity");
  }

  @Test
  void keepsToTheLimitsOfABatchOfANameAndOfAValue() {
    Tracking tracking =
        tracker(Map.of()).begin(run(Map.of("a\nb", "x".repeat(9000))), Optional.empty());
    tracking.metrics(losses(1, 1234));
    JsonNode told = server.runs.get("run-0");
    assertThat(told.path("metrics")).hasSize(1234);
    assertThat(told.path("params").path(0).path("key").asText()).isEqualTo("a_b");
    assertThat(told.path("params").path(0).path("value").asText()).hasSize(5000);
  }

  @Test
  void triesAgainWhereTheServerIsBusy() {
    Tracking tracking = tracker(Map.of()).begin(run(Map.of()), Optional.empty());
    server.failures = 2;
    tracking.metrics(losses(1, 3));
    assertThat(server.runs.get("run-0").path("metrics")).hasSize(3);
  }

  @Test
  void secretsComeFromTheEnvironmentAndGoIntoTheHeaderAlone() {
    String basic = "Basic bWU6c2VjcmV0LXdvcmQ=";
    tracker(Map.of("MLFLOW_TRACKING_USERNAME", "me", "MLFLOW_TRACKING_PASSWORD", "secret-word"))
        .begin(run(Map.of()), Optional.empty());
    assertThat(server.authorizations).containsOnly(basic);
    server.failures = 9;
    assertThatThrownBy(
            () ->
                tracker(Map.of("MLFLOW_TRACKING_TOKEN", "secret-word"))
                    .begin(run(Map.of()), Optional.empty()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("status 503")
        .hasMessageNotContaining("secret-word");
    assertThat(server.authorizations).contains("Bearer secret-word");
  }

  @Test
  void aRunWhoseAnswerIsLostIsMadeOnce() {
    server.lost = "runs/create";
    Tracking tracking = tracker(Map.of()).begin(run(Map.of("seed", "1")), Optional.empty());
    assertThat(server.runs).hasSize(1);
    assertThat(tracking.position()).isEqualTo("run-0");
    assertThat(server.runs.get("run-0").path("params")).hasSize(1);
  }

  @Test
  void aTokenMayEndWithALineBreakAndIsNeverShown() {
    tracker(Map.of("MLFLOW_TRACKING_TOKEN", "secret-word\r\n"))
        .begin(run(Map.of()), Optional.empty());
    assertThat(server.authorizations).containsOnly("Bearer secret-word");
    assertThatThrownBy(() -> tracker(Map.of("MLFLOW_TRACKING_TOKEN", "secret\nword")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("MLFLOW_TRACKING_TOKEN")
        .hasMessageNotContaining("secret");
  }

  @Test
  void theTokenCountsWhereUserOrPasswordIsEmpty() {
    for (String user : List.of("", "me")) {
      tracker(
              Map.of(
                  "MLFLOW_TRACKING_USERNAME", user,
                  "MLFLOW_TRACKING_PASSWORD", "",
                  "MLFLOW_TRACKING_TOKEN", "secret-word"))
          .begin(run(Map.of()), Optional.empty());
    }
    assertThat(server.authorizations).containsOnly("Bearer secret-word");
    server.authorizations.clear();
    tracker(Map.of("MLFLOW_TRACKING_TOKEN", "")).begin(run(Map.of()), Optional.empty());
    assertThat(server.authorizations).as("no header").containsOnly("null");
  }

  @Test
  void refusesAddressesWithPasswordsAndThoseOfNoServer() {
    assertThatThrownBy(
            () -> new MlflowOptions(Optional.of("http://me:secret-word@host:5000"), "mine"))
        .hasMessageContaining("MLFLOW_TRACKING_PASSWORD")
        .hasMessageNotContaining("secret-word");
    assertThatThrownBy(() -> new MlflowOptions(Optional.of("sqlite:///mlflow.db"), "mine"))
        .hasMessageContaining("mlflow server --backend-store-uri sqlite:///mlflow.db");
    assertThatThrownBy(
            () ->
                new MlflowTracker(
                    new MlflowOptions(Optional.empty(), "mine"),
                    name -> Optional.of("file:./mlruns")))
        .hasMessageContaining("MLFLOW_TRACKING_URI")
        .hasMessageContaining("file:./mlruns");
  }

  @Test
  void saysWhereNoServerAnswers() {
    server.close();
    assertThatThrownBy(() -> tracker(Map.of()).begin(run(Map.of()), Optional.empty()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(server.address())
        .hasMessageContaining("mlflow server");
  }
}
