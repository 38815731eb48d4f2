package io.flexora.tracker.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers as an MLflow server does, and keeps what it was told: metrics as often as they come. */
final class StubServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  final Map<String, ObjectNode> runs = new LinkedHashMap<>();
  final List<String> authorizations = new ArrayList<>();
  private final Map<String, String> experiments = new LinkedHashMap<>();
  private final HttpServer server;
  int failures;

  /** The endpoint whose next answer does not arrive; empty for none. */
  String lost = "";

  StubServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/api/2.0/mlflow/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    int status = 200;
    ObjectNode answer = JSON.createObjectNode();
    if (failures > 0) {
      failures--;
      status = 503;
    } else {
      String endpoint = exchange.getRequestURI().getPath().replace("/api/2.0/mlflow/", "");
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      byte[] body = exchange.getRequestBody().readAllBytes();
      JsonNode asked = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      answer = content(endpoint, query.replaceFirst(".*=", ""), asked);
      if (endpoint.equals(lost)) {
        lost = "";
        exchange.close();
        return;
      }
      status = answer.has("error_code") ? 404 : 200;
    }
    byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private ObjectNode content(String endpoint, String argument, JsonNode asked) {
    ObjectNode answer = JSON.createObjectNode();
    switch (endpoint) {
      case "experiments/get-by-name" -> {
        if (!experiments.containsKey(argument)) {
          return answer.put("error_code", "RESOURCE_DOES_NOT_EXIST").put("message", "no such");
        }
        answer.putObject("experiment").put("experiment_id", experiments.get(argument));
      }
      case "experiments/create" -> {
        experiments.put(asked.path("name").asText(), "7");
        answer.put("experiment_id", "7");
      }
      case "runs/search" -> {
        ArrayNode found = answer.putArray("runs");
        for (ObjectNode run : runs.values()) {
          for (JsonNode tag : run.path("tags")) {
            if (asked.path("filter").asText().endsWith("'" + tag.path("value").asText() + "'")) {
              found.add(info(run));
            }
          }
        }
      }
      case "runs/create" -> {
        ObjectNode run = asked.deepCopy();
        run.put("run_id", "run-" + runs.size()).put("status", "RUNNING");
        runs.put(run.path("run_id").asText(), run);
        answer.set("run", info(run));
      }
      case "runs/get" -> {
        ObjectNode run = runs.get(argument);
        ObjectNode shown = info(run);
        Map<String, JsonNode> latest = new LinkedHashMap<>();
        run.path("metrics").forEach(m -> latest.put(m.path("key").asText(), m));
        ObjectNode data = shown.putObject("data");
        latest.values().forEach(data.putArray("metrics")::add);
        run.path("params").forEach(data.putArray("params")::add);
        answer.set("run", shown);
      }
      case "runs/log-batch" -> {
        ObjectNode run = runs.get(asked.path("run_id").asText());
        for (String kind : List.of("metrics", "params", "tags")) {
          asked.path(kind).forEach(run.withArray(kind)::add);
        }
      }
      default -> {
        ObjectNode run = runs.get(asked.path("run_id").asText());
        run.put("status", asked.path("status").asText());
      }
    }
    return answer;
  }

  private static ObjectNode info(ObjectNode run) {
    ObjectNode shown = JSON.createObjectNode();
    shown.putObject("info").put("run_id", run.path("run_id").asText());
    return shown;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
