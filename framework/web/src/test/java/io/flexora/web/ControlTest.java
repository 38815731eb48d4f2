package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The control interface: as tools of the Model Context Protocol, and as described by OpenAPI. */
@Timeout(120)
class ControlTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path runs;

  @BeforeEach
  void write() throws Exception {
    WrittenRun.done(runs, "one", "flexora", "1e-3", 0.75);
  }

  private List<ControlCall> calls(Predicate<ControlCall> which) {
    return LivePage.calls(
            runs,
            arguments -> {
              throw new AssertionError("no command is started");
            },
            runs)
        .stream()
        .filter(which)
        .toList();
  }

  /** Sends messages to a server and returns its answers, by their ids. */
  private static List<JsonNode> exchange(List<ControlCall> calls, String... messages)
      throws Exception {
    PipedInputStream in = new PipedInputStream();
    PipedInputStream answers = new PipedInputStream(1 << 20);
    List<JsonNode> found = new ArrayList<>();
    PipedOutputStream requests = new PipedOutputStream(in);
    try (ToolServer server = ToolServer.serve(calls, "0.1", in, new PipedOutputStream(answers));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(answers, StandardCharsets.UTF_8))) {
      try (PrintStream client = new PrintStream(requests, true, StandardCharsets.UTF_8)) {
        client.println(
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                + "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");
        found.add(JSON.readTree(lines.readLine()));
        client.println("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        for (String message : messages) {
          client.println("{\"jsonrpc\":\"2.0\",\"id\":%d,%s}".formatted(found.size(), message));
          found.add(JSON.readTree(lines.readLine()));
        }
      }
      server.await();
    }
    return found;
  }

  private static String call(String name, String arguments) {
    return "\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}"
        .formatted(name, arguments);
  }

  private static JsonNode content(JsonNode answer) throws Exception {
    assertThat(answer.at("/result/isError").asBoolean()).as(answer.toString()).isFalse();
    return JSON.readTree(answer.at("/result/content/0/text").asText());
  }

  @Test
  void runsAreListedShownAndQueriedByTools() throws Exception {
    List<JsonNode> answers =
        exchange(
            calls(call -> !call.changes()),
            "\"method\":\"tools/list\"",
            call("runs", "{}"),
            call("run", "{\"run\":\"one-20260102-030405\"}"),
            call("query", "{\"sql\":\"SELECT strategy, value FROM cells\"}"),
            call("query", "{}"),
            call("run", "{\"run\":\"../x\"}"),
            call("run", "{}"),
            call("runs", "{\"x\":1}"),
            call("query", "{\"sql\":\"COPY cells TO 'x.csv'\"}"),
            call("start", "{\"kind\":\"run\",\"name\":\"x\",\"yaml\":\"\"}"));

    assertThat(answers.get(0).at("/result/serverInfo/name").asText()).isEqualTo("flexora");
    List<String> names = new ArrayList<>();
    for (JsonNode tool : answers.get(1).at("/result/tools")) {
      names.add(tool.get("name").asText());
      assertThat(tool.get("description").asText()).isNotBlank();
      assertThat(tool.at("/inputSchema/type").asText()).isEqualTo("object");
      assertThat(tool.at("/annotations/readOnlyHint").asBoolean()).isTrue();
    }
    assertThat(names).containsExactlyInAnyOrder("runs", "run", "query", "files", "read");
    assertThat(content(answers.get(2)).at("/runs/0/strategy").asText()).isEqualTo("flexora");
    assertThat(content(answers.get(3)).at("/cells").size()).isPositive();
    assertThat(content(answers.get(4)).get("columns").toString())
        .isEqualTo("[\"strategy\",\"value\"]");
    assertThat(content(answers.get(4)).at("/rows/0/1").asDouble()).isEqualTo(0.75);
    assertThat(content(answers.get(5)).at("/views").findValuesAsText("name"))
        .contains("cells", "strategy");
    assertThat(problem(answers.get(6))).isEqualTo("there is no run ../x");
    assertThat(problem(answers.get(7))).isEqualTo("the request has no text 'run'");
    assertThat(problem(answers.get(8))).isEqualTo("runs has no argument 'x'");
    assertThat(problem(answers.get(9))).isNotBlank();
    assertThat(answers.get(10).has("error")).as(answers.get(10).toString()).isTrue();
  }

  private static String problem(JsonNode answer) {
    assertThat(answer.at("/result/isError").asBoolean()).as(answer.toString()).isTrue();
    return answer.at("/result/content/0/text").asText();
  }

  @Test
  void changesAreToolsOnRequest() throws Exception {
    List<JsonNode> answers = exchange(calls(call -> true), "\"method\":\"tools/list\"");
    assertThat(answers.get(1).at("/result/tools").findValuesAsText("name"))
        .contains("check", "start", "stop", "resume", "started", "end", "schema");
  }

  @Test
  void thePageDescribesItsCallsAndTakesABearer() throws Exception {
    try (LivePage page =
        LivePage.over(runs).actions(List::copyOf, () -> {}, runs).open(LivePage.LOOPBACK, 0)) {
      JsonNode document = JSON.readTree(send(page, "openapi.json", null, null).body());
      assertThat(document.get("openapi").asText()).startsWith("3.1");
      assertThat(document.at("/paths/~1action~1query/post/operationId").asText())
          .isEqualTo("query");
      for (ControlCall call : calls(call -> true)) {
        assertThat(document.get("paths").has("/action/" + call.name())).as(call.name()).isTrue();
      }
      String sql = "{\"sql\":\"SELECT count(*) AS n FROM cells\"}";
      assertThat(send(page, "action/query", null, sql).statusCode()).isEqualTo(403);
      assertThat(send(page, "action/query", "Bearer x", sql).statusCode()).isEqualTo(401);
      HttpResponse<String> answer =
          send(page, "action/query", "Bearer " + page.token().orElseThrow(), sql);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(JSON.readTree(answer.body()).at("/rows/0/0").asLong()).isPositive();
    }
    try (LivePage page = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      assertThat(JSON.readTree(send(page, "openapi.json", null, null).body()).get("paths"))
          .hasSize(3);
    }
  }

  private static HttpResponse<String> send(
      LivePage page, String path, String authorization, String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(page.address() + path));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
