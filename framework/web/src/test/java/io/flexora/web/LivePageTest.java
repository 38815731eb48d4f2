package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
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
    page = LivePage.open(written.folder, LivePage.LOOPBACK, 0);
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
        .contains("<!doctype html>", "fetch(\"status.json\"")
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
    for (String path : new String[] {"/", "/status.json"}) {
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
                    + " /status.json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
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
        LivePage.open(() -> Optional.ofNullable(folder.get()), LivePage.LOOPBACK, 0)) {
      assertThat(get(early, "status.json").body()).contains("\"state\":\"preparing\"");
      folder.set(written.folder);
      assertThat(get(early, "status.json").body()).contains("\"state\":\"running\"", CELL);
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() {
    int port = URI.create(page.address()).getPort();
    assertThatThrownBy(() -> LivePage.open(written.folder, LivePage.LOOPBACK, port))
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
