package io.flexora.tracker.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.track.Tracking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A run of the server. */
final class MlflowRun implements Tracking {

  // The limits of runs/log-batch, and of the names and values in it.
  private static final int MOST_METRICS = 500;
  private static final int MOST_PAIRS = 100;
  private static final int LONGEST_VALUE = 5000;
  private static final int LONGEST_NAME = 250;

  private final MlflowServer server;
  private final String id;
  private final Map<String, Long> known;

  private MlflowRun(MlflowServer server, String id, Map<String, Long> known) {
    this.server = server;
    this.id = id;
    this.known = known;
  }

  /** Gives a new run its parameters. */
  static MlflowRun begin(MlflowServer server, String id, Map<String, String> parameters) {
    MlflowRun run = new MlflowRun(server, id, Map.of());
    run.pairs("params", parameters);
    return run;
  }

  /**
   * Goes on with a run; which steps it has already says the server, and whether it lacks some of
   * its parameters, as where a process died before it had told them all.
   */
  static MlflowRun goOn(MlflowServer server, String id, Map<String, String> parameters) {
    Map<String, Long> known = new HashMap<>();
    JsonNode data = server.get("runs/get", "run_id", id).path("run").path("data");
    for (JsonNode metric : data.path("metrics")) {
      known.put(metric.path("key").asText(), metric.path("step").asLong());
    }
    MlflowRun run = new MlflowRun(server, id, known);
    // The server refuses another value for a parameter that it has.
    Map<String, String> missing = new TreeMap<>(parameters);
    Set<String> told = new HashSet<>();
    data.path("params").forEach(parameter -> told.add(parameter.path("key").asText()));
    missing.keySet().removeIf(name -> told.contains(name(name)));
    run.pairs("params", missing);
    server.post("runs/update", run.body().put("status", "RUNNING"));
    return run;
  }

  static ObjectNode pair(String key, String value) {
    String cut = value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) : value;
    return MlflowServer.JSON.createObjectNode().put("key", name(key)).put("value", cut);
  }

  /** A name as MLflow allows it. */
  private static String name(String name) {
    String safe = name.replaceAll("[^\\w\\-./: ]", "_");
    return safe.length() > LONGEST_NAME ? safe.substring(0, LONGEST_NAME) : safe;
  }

  private ObjectNode body() {
    return MlflowServer.JSON.createObjectNode().put("run_id", id);
  }

  private void pairs(String kind, Map<String, String> pairs) {
    List<ObjectNode> all = new ArrayList<>();
    pairs.forEach((key, value) -> all.add(pair(key, value)));
    batches(kind, all, MOST_PAIRS);
  }

  private void batches(String kind, List<ObjectNode> all, int most) {
    for (int from = 0; from < all.size(); from += most) {
      ObjectNode body = body();
      ArrayNode batch = body.putArray(kind);
      all.subList(from, Math.min(all.size(), from + most)).forEach(batch::add);
      server.post("runs/log-batch", body);
    }
  }

  private static ObjectNode metric(String key, double value, long time, long step) {
    ObjectNode metric = MlflowServer.JSON.createObjectNode().put("key", name(key));
    if (Double.isFinite(value)) {
      metric.put("value", value);
    } else {
      // "NaN", "Infinity" and "-Infinity", as the JSON of protobuf has them.
      metric.put("value", Double.toString(value));
    }
    return metric.put("timestamp", time).put("step", step);
  }

  @Override
  public void metrics(List<Tracking.Metric> metrics) {
    batches(
        "metrics",
        metrics.stream()
            .filter(m -> m.step() > known.getOrDefault(name(m.name()), -1L))
            .map(m -> metric(m.name(), m.value(), m.time().toEpochMilli(), m.step()))
            .toList(),
        MOST_METRICS);
  }

  @Override
  public void end(Tracking.End end) {
    long time = end.time().toEpochMilli();
    List<ObjectNode> numbers = new ArrayList<>();
    end.metrics()
        .forEach(
            (name, value) -> {
              if (!known.containsKey(name(name))) {
                numbers.add(metric(name, value, time, 0));
              }
            });
    batches("metrics", numbers, MOST_METRICS);
    Map<String, String> tags = new HashMap<>();
    end.notes().forEach((name, value) -> tags.put("flexora." + name, value));
    tags.put("flexora.folder", end.folder().toString());
    end.cause().ifPresent(cause -> tags.put("flexora.cause", cause));
    pairs("tags", tags);
    String status =
        switch (end.status()) {
          case FINISHED -> "FINISHED";
          case FAILED -> "FAILED";
          case CANCELLED -> "KILLED";
        };
    server.post("runs/update", body().put("status", status).put("end_time", time));
  }

  @Override
  public String position() {
    return id;
  }

  @Override
  public void close() {
    // Each request is whole; nothing is held.
  }
}
