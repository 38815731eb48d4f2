package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LivePageTest {

  private static final String CELL = "m.t.all.1";
  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>";

  @TempDir Path parent;
  private WrittenComparison written;
  private LivePage page;

  @BeforeEach
  void open() {
    written = new WrittenComparison(parent, "strategies: {all: all}").cell(CELL).started();
    page = shown(() -> Optional.of(written.folder)).open(LivePage.LOOPBACK, 0);
  }

  private LivePage.Builder shown(Supplier<Optional<Path>> folder) {
    return LivePage.beside(folder, parent);
  }

  @AfterEach
  void close() {
    page.close();
  }

  @Test
  void thePageIsOnePieceThatAsksNobodyElse() throws Exception {
    HttpResponse<String> answer = get("");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
    String withoutNames = answer.body().replace("http://www.w3.org/2000/svg", "");
    assertThat(withoutNames)
        .contains("<!doctype html>", "asked(\"runs.json")
        .doesNotContain("http://", "https://", " src=", "@import", "url(", "innerHTML", "{style}");
  }

  @Test
  void theBrowserIsToldToRunOnlyWhatIsInThePage() throws Exception {
    HttpResponse<String> answer = get("");

    String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
    assertThat(policy)
        .startsWith("default-src 'none'; ")
        .contains("script-src 'sha256-" + hash(answer.body(), "script") + "';")
        .contains("style-src 'sha256-" + hash(answer.body(), "style") + "';")
        .contains("connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
        .doesNotContain("unsafe");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("Server")).isEmpty();
  }

  @Test
  void messagesStayText() throws Exception {
    written.ledger(1, CELL, new Event.CellStarted()).ledger(2, CELL, new Event.CellFailed(HOSTILE));

    HttpResponse<String> answer = get("status.json");

    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("application/json;charset=utf-8");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.body()).contains("\"cause\":\"" + HOSTILE + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "",
        "127.0.0.1.evil.example"
      })
  void whoAsksUnderAForeignNameIsRefused(String host) throws IOException {
    for (String path : new String[] {"/", "/status.json", "/runs.json", "/run.json?run=x"}) {
      assertThat(
              raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
          .matches("(?s)HTTP/1.1 (403|400) .*")
          .doesNotContain("counts", "fetch(");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:8080", "127.0.0.1", "[::1]:7", "LOCALHOST"})
  void whoAsksByAnAddressOfThisMachineIsAnswered(String host) throws IOException {
    assertThat(raw("GET /status.json HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .contains("\"counts\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
  void nothingButGetIsTaken(String method) throws IOException {
    assertThat(
            raw(
                method
                    + " /status.json HTTP/1.1\r\n"
                    + "Host: localhost\r\n"
                    + "Content-Length: 0\r\n"
                    + "Connection: close\r\n\r\n"))
        .matches("(?s)HTTP/1.1 (405|404) .*")
        .doesNotContain("counts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ledger.jsonl", "..%2fledger.jsonl", "status.json/..;/x", "cells/" + CELL})
  void nothingElseIsThere(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).isBetween(400, 404);
    assertThat(answer.body()).doesNotContain("comparison_started");
  }

  @Test
  void aPageCanBeOpenBeforeTheComparisonHasAFolder() throws Exception {
    AtomicReference<Path> folder = new AtomicReference<>();
    try (LivePage early =
        shown(() -> Optional.ofNullable(folder.get())).open(LivePage.LOOPBACK, 0)) {
      assertThat(get(early, "status.json").body()).contains("\"state\":\"preparing\"");
      folder.set(written.folder);
      assertThat(get(early, "status.json").body()).contains("\"state\":\"running\"", CELL);
    }
  }

  @Test
  void theTableAndOneRunAreAnswered() throws Exception {
    String run = WrittenRun.done(parent, "one", "flexora", "1e-3", 0.75).getFileName().toString();

    JsonNode table = json("runs.json");
    assertThat(table.get("own").asText()).isEqualTo(written.folder.getFileName().toString());
    assertThat(table.findValuesAsText("id")).contains(run);
    JsonNode details = json("run.json?run=" + run);
    assertThat(details.at("/configuration/trainer.learning_rate").asText()).isEqualTo("1e-3");
    assertThat(details.at("/configuration/trainer.betas").asText()).isEqualTo("[0.9, 0.999]");
    assertThat(details.at("/cells/main/selected").toString()).isEqualTo("[0,2]");
    assertThat(details.at("/cells/main/modules").toString()).isEqualTo("[]");
    assertThat(details.at("/cells/main/scores/gate").toString()).isEqualTo("[1.2,null,1.1]");
    assertThat(details.at("/layers/main/gates").toString()).isEqualTo("[1.2,0.9,1.1]");
    assertThat(details.get("curves").findValuesAsText("phase")).containsExactly("search", "train");
    assertThat(details.at("/curves/1/points").toString()).isEqualTo("[[1.0,2.0],[2.0,1.5]]");
    assertThat(get("run.json?run=nothing").statusCode()).isEqualTo(404);
    assertThat(get("run.json?run=..%2Fx").statusCode()).isEqualTo(404);
  }

  @Test
  void aRunThatIsExtendedHasItsNewConfiguration() throws Exception {
    Path run = WrittenRun.done(parent, "one", "flexora", "1e-3", 0.75);
    String address = "run.json?run=" + run.getFileName();
    String rate = "/configuration/trainer.learning_rate";
    assertThat(json(address).at(rate).asText()).isEqualTo("1e-3");

    RunFolder.extend(run, WrittenRun.configuration("one", "flexora", "2e-3"), "One more.");

    assertThat(json(address).at(rate).asText()).isEqualTo("2e-3");
  }

  @Test
  void chosenModulesAreToldOfARunThatGoesOnAndOfOneThatHasEnded() throws Exception {
    String address;
    try (RunFolder run = WrittenRun.begun(parent, "modules", "flexora", "1e-3")) {
      address = "run.json?run=" + run.path().getFileName();
      WrittenRun.end(run, 0.75, ChosenModule.of(0, "query", 8), ChosenModule.of(2, "query", 8));
      requireModules(json(address), true);
    }
    requireModules(json(address), false);
  }

  private static void requireModules(JsonNode details, boolean works) {
    assertThat(details.get("works").asBoolean()).isEqualTo(works);
    assertThat(details.at("/cells/main/modules").toString())
        .isEqualTo("[\"layers 0, 2: query (rank 8)\"]");
  }

  @Test
  void aReportIsShownInASandboxAndNoOtherFile() throws Exception {
    Path run = WrittenRun.done(parent, "one", "flexora", "1e-3", 0.75);
    Files.writeString(run.resolve("report.html"), "<p>the report");
    Files.writeString(parent.resolve("secret.html"), "secret");
    String place = "report/" + run.getFileName() + "/";

    HttpResponse<String> report = get(place + "report.html");

    assertThat(report.body()).isEqualTo("<p>the report");
    assertThat(report.headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .startsWith("sandbox allow-scripts;")
        .contains("default-src 'none'")
        .doesNotContain("allow-same-origin", "connect-src");
    for (String other :
        new String[] {
          "events.jsonl",
          ".lock",
          "..%2fsecret.html",
          "../secret.html",
          "%2e%2e/secret.html",
          "x.html"
        }) {
      HttpResponse<String> refused = get(place + other);
      assertThat(refused.statusCode()).as(other).isBetween(400, 404);
      assertThat(refused.body()).doesNotContain("secret\n").isNotEqualTo("secret");
    }
  }

  @Test
  void theManualIsShownWhereItIs() throws Exception {
    WrittenComparison.write(parent.resolve("docs/index.html"), "<p>the manual");
    WrittenComparison.write(parent.resolve("docs/css/site.css"), "p {}");
    WrittenComparison.write(parent.resolve("secret.html"), "secret");
    try (LivePage with =
        LivePage.over(parent).manual(parent.resolve("docs")).open(LivePage.LOOPBACK, 0)) {
      assertThat(get(with, "manual/index.html").body()).isEqualTo("<p>the manual");
      assertThat(get(with, "manual/css/site.css").headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("text/css"));
      assertThat(get(with, "manual/index.html").headers().firstValue("Content-Security-Policy"))
          .hasValueSatisfying(policy -> assertThat(policy).startsWith("sandbox "));
      for (String other : new String[] {"manual/../secret.html", "manual/..%2fsecret.html"}) {
        assertThat(get(with, other).body()).isNotEqualTo("secret");
      }
    }
    assertThat(get("manual/index.html").statusCode()).isEqualTo(404);
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    int port = URI.create(page.address()).getPort();
    assertThatThrownBy(() -> LivePage.over(parent).open(LivePage.LOOPBACK, port))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("Name another port");
  }

  @Test
  void isReachableFromThisMachineOnlyUnlessOtherwiseSaid() throws Exception {
    assertThat(page.address()).matches("http://127\\.0\\.0\\.1:\\d+/");
    assertThat(LivePage.isLoopback("127.0.0.1")).isTrue();
    assertThat(LivePage.isLoopback("::1")).isTrue();
    assertThat(LivePage.isLoopback("0.0.0.0")).isFalse();
    assertThat(new HostNames("::1").shown()).isEqualTo("[::1]");
  }

  private JsonNode json(String path) throws Exception {
    return new ObjectMapper().readTree(get(path).body());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(page, path);
  }

  private static HttpResponse<String> get(LivePage page, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(page.address() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    int port = URI.create(page.address()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String hash(String html, String tag) throws Exception {
    Matcher found = Pattern.compile("(?s)<" + tag + ">(.*)</" + tag + ">").matcher(html);
    assertThat(found.find()).isTrue();
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(found.group(1).getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(digest);
  }
}
