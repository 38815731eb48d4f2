package io.flexora.tracker.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.track.Tracker;
import io.flexora.testkit.TrackerSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;

class MlflowTrackerSuiteTest extends TrackerSuite {

  private static final StubServer SERVER = new StubServer();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Override
  protected String configuration() {
    return "{use: mlflow, tracking_uri: '" + SERVER.address() + "'}";
  }

  @Override
  protected Map<String, List<Long>> steps(Tracker.Run run) {
    Map<String, List<Long>> steps = new TreeMap<>();
    for (ObjectNode told : SERVER.runs.values()) {
      if (told.path("tags").path(0).path("value").asText().equals(run.id())) {
        for (JsonNode metric : told.path("metrics")) {
          steps
              .computeIfAbsent(metric.path("key").asText(), n -> new ArrayList<>())
              .add(metric.path("step").asLong());
        }
      }
    }
    return steps;
  }
}
