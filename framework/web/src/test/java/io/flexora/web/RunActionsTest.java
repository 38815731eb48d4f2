package io.flexora.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.head.Head;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunActionsTest {

  @TempDir Path runs;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private Optional<Path> own = Optional.empty();
  private LivePage page;

  @BeforeEach
  void open() {
    WrittenComparison.write(
        runs.resolve(".config/quick.yaml"), "name: q\nmodel: {use: m, x: null}");
    page =
        LivePage.beside(() -> own, runs)
            .actions(this::command, cancelled::incrementAndGet, runs.resolve(".config"))
            .open(LivePage.LOOPBACK, 0);
  }

  @AfterEach
  void close() {
    page.close();
  }

  private List<String> command(List<String> arguments) {
    started.incrementAndGet();
    List<String> line = new ArrayList<>(FlexoraHost.javaCommand(runs));
    line.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
    line.add(FakeFlexora.class.getName());
    line.addAll(arguments);
    return line;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "evil.example   | own                 | application/json                  | own  | -       "
            + "    | 403",
        "own            | http://evil.example | application/json                  | own  |"
            + " cross-site  | 403",
        "own            | http://evil.example | application/json                  | own  | -       "
            + "    | 403",
        "own            | null                | application/json                  | own  | -       "
            + "    | 403",
        "own            | -                   | application/json                  | own  | -       "
            + "    | 403",
        "localhost:1    | own                 | application/json                  | own  | -       "
            + "    | 403",
        "own            | own                 | application/json                  | own  |"
            + " same-site   | 403",
        "own            | own                 | application/x-www-form-urlencoded | own  |"
            + " same-origin | 415",
        "own            | own                 | text/plain                        | own  |"
            + " same-origin | 415",
        "own            | own                 | multipart/form-data               | own  |"
            + " same-origin | 415",
        "own            | own                 | -                                 | own  |"
            + " same-origin | 415",
        "own            | own                 | application/json                  | -    |"
            + " same-origin | 401",
        "own            | own                 | application/json                  | AAAA |"
            + " same-origin | 401",
        "own            | own                 | application/json                  | own  |"
            + " same-origin | 200",
        "own            | own                 | application/json; charset=utf-8   | own  | -       "
            + "    | 200",
      })
  void onlyAScriptOfThePageWithTheTokenIsHeard(
      String host, String origin, String type, String token, String site, int code)
      throws IOException {
    String answer = raw("schema", host, origin, type, token, site, "{\"kind\":\"run\"}");

    assertThat(answer).startsWith("HTTP/1.1 " + code + " ");
    assertThat(started.get()).isEqualTo(code == 200 ? 1 : 0);
    assertThat(answer.contains("properties")).isEqualTo(code == 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"})
  void noOtherMethodDoesAnything(String method) throws IOException {
    assertThat(
            raw(
                method + " /action/schema",
                List.of("Host: " + host(), "Origin: http://" + host(), "Flexora-Token: " + token()),
                ""))
        .matches("(?s)HTTP/1.1 40[45] .*");
    assertThat(started.get()).isZero();
  }

  @Test
  void theTokenIsNowhereOnThePage() throws Exception {
    WrittenRun.done(runs, "one", "flexora", "1e-3", 0.75);
    for (String path : List.of("", "runs.json", "run.json?run=one-20260102-030405")) {
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(page.address() + path)).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain(token());
      assertThat(answer.headers().map().toString())
          .doesNotContain(token())
          .doesNotContainIgnoringCase("access-control-allow");
    }
    try (LivePage other = LivePage.over(runs).open(LivePage.LOOPBACK, 0)) {
      assertThat(other.token()).isEmpty();
      assertThat(other.addressWithToken()).isEqualTo(other.address());
    }
    assertThat(page.addressWithToken()).isEqualTo(page.address() + "#token=" + token());
    assertThat(AccessToken.random()).isNotEqualTo(AccessToken.random());
    assertThat(AccessToken.random().value()).matches("[\\w-]{22}");
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aCheckIsTheCommandsOwn() throws Exception {
    JsonNode command =
        act("check", "{\"kind\":\"run\",\"name\":\"my run\",\"yaml\":\"name: x\\nseed: 1\"}");

    assertThat(command.get("title").asText()).isEqualTo("Check of my-run");
    JsonNode ended = ended(command.get("id").asInt());
    assertThat(ended.get("code").asInt()).isEqualTo(2);
    assertThat(ended.get("output").asText())
        .contains("--set output_dir=\"" + runs + "\"", "read name: x\nseed: 1");
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws Exception {
    String name = "n".repeat(300);
    HttpResponse<String> answer =
        post("start", "{\"kind\":\"run\",\"name\":\"%s\",\"yaml\":\"\"}".formatted(name));

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).matches("(?s)cannot write [^ ]+/" + name + "\\.yaml: .*");
    assertThat(started.get()).isZero();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @DisabledOnOs(OS.WINDOWS)
  void whatWasStartedIsAskedToEnd() throws Exception {
    JsonNode command =
        act("start", "{\"kind\":\"comparison\",\"name\":\"c\",\"yaml\":\"name: c\"}");
    while (!said(command.get("id").asInt()).get("output").asText().contains("works on compare")) {
      Thread.sleep(20);
    }

    act("end", "{\"command\":" + command.get("id") + "}");

    assertThat(ended(command.get("id").asInt()).get("code").asInt())
        .as("by SIGTERM")
        .isEqualTo(143);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aRunIsResumedUnlessAProcessWorksOnIt() throws Exception {
    String id;
    try (RunFolder run = WrittenRun.begun(runs, "live", "flexora", "1e-3")) {
      id = run.path().getFileName().toString();
      assertThat(post("resume", "{\"run\":\"" + id + "\"}").body()).contains("works on " + id);
      assertThat(post("stop", "{\"run\":\"" + id + "\"}").body())
          .as("this process has it, but not as the run of the page")
          .contains("is not what this command runs");
      own = Optional.of(run.path());
      assertThat(act("stop", "{\"run\":\"" + id + "\"}").get("stopping").asText()).isEqualTo(id);
      assertThat(cancelled.get()).isEqualTo(1);
      own = Optional.empty();
    }
    assertThat(post("stop", "{\"run\":\"" + id + "\"}").body()).contains("no process works on");
    JsonNode command = act("resume", "{\"run\":\"" + id + "\"}");
    while (!said(command.get("id").asInt()).get("output").asText().contains("works on resume")) {
      Thread.sleep(20);
    }
    assertThat(said(command.get("id").asInt()).get("output").asText()).contains(id);
    act("end", "{\"command\":" + command.get("id") + "}");
    ended(command.get("id").asInt());
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @DisabledOnOs(OS.WINDOWS)
  void aRunOfAnotherProcessIsStoppedAsCtrlCDoes() throws Exception {
    Process other = new ProcessBuilder(command(List.of("run"))).start();
    String began = other.info().startInstant().orElseThrow().toString();
    Path run;
    try (RunFolder left = WrittenRun.begun(runs, "other", "flexora", "1e-3")) {
      run = left.path();
    }
    WrittenComparison.write(
        run.resolve(".owner.json"),
        "{\"pid\": %d, \"process_started\": \"%s\", \"locked_at\": \"\"}"
            .formatted(other.pid(), began));

    act("stop", "{\"run\":\"" + run.getFileName() + "\"}");

    assertThat(other.waitFor()).isEqualTo(143);
    assertThat(post("stop", "{\"run\":\"" + run.getFileName() + "\"}").statusCode()).isEqualTo(409);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aModelAnswersAsItsTextComes() throws Exception {
    String run = WrittenRun.done(runs, "one", "flexora", "1e-3", 0.75).getFileName().toString();
    HttpResponse<String> tuned =
        post("chat", "{\"run\":\"" + run + "\",\"prompt\":\"Gr\u00fc\u00dfe\",\"max_tokens\":5}");

    List<JsonNode> lines = new ArrayList<>();
    for (String line : tuned.body().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines).hasSizeGreaterThan(1);
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.path("piece").asText()));
    assertThat(text.toString()).isEqualTo("tuned hears Gr\u00fc\u00dfe --max-tokens 5");
    assertThat(lines.get(lines.size() - 1).has("end")).isTrue();
    assertThat(post("chat", "{\"run\":\"" + run + "\",\"base\":true}").body()).contains("base ");
    assertThat(post("chat", "{\"run\":\"../x\"}").statusCode()).isEqualTo(404);
  }

  @Test
  void aClassifierAnswersWithClasses() throws Exception {
    Path folder;
    try (RunFolder run = WrittenRun.begun(runs, "classes", "flexora", "1e-3")) {
      run.cell("main")
          .writeTheta(new float[] {1}, Head.Saved.of(Head.classes(List.of("no", "yes"))));
      folder = run.path();
    }
    String asked = "{\"run\":\"%s\",\"prompt\":\"a text \",\"max_tokens\":5%s}";
    assertThat(post("chat", asked.formatted(folder.getFileName(), "")).body())
        .contains("a class of a text --text -\"");
    assertThat(post("chat", asked.formatted(folder.getFileName(), ",\"base\":true")).body())
        .contains("a class of a text --text - --base\"");
  }

  @Test
  void aConfigurationIsReadFromARunOrAFileThatComesWithFlexora() throws Exception {
    String run = WrittenRun.done(runs, "one", "flexora", "1e-3", 0.75).getFileName().toString();
    assertThat(act("files", "{}").toString()).isEqualTo("{\"files\":[\"quick.yaml\"]}");
    assertThat(act("read", "{\"file\":\"quick.yaml\"}").toString())
        .isEqualTo("{\"tree\":{\"name\":\"q\",\"model\":{\"use\":\"m\",\"x\":null}}}");
    assertThat(act("read", "{\"run\":\"" + run + "\"}").at("/tree/trainer/betas").toString())
        .isEqualTo("[\"0.9\",\"0.999\"]");
    for (String wrong :
        List.of(
            "{\"file\":\"../.config/quick.yaml\"}", "{\"run\":\"../x\"}", "{}", "{\"file\":1}")) {
      assertThat(post("read", wrong).statusCode()).as(wrong).isEqualTo(409);
    }
    assertThat(post("read", "{").statusCode()).isEqualTo(400);
    assertThat(post("nothing", "{}").statusCode()).isEqualTo(404);
  }

  private JsonNode said(int id) throws Exception {
    for (JsonNode command : act("started", "{}").get("started")) {
      if (command.get("id").asInt() == id) {
        return command;
      }
    }
    throw new AssertionError("no command " + id);
  }

  private JsonNode ended(int id) throws Exception {
    JsonNode command = said(id);
    while (!command.get("ended").asBoolean()) {
      Thread.sleep(20);
      command = said(id);
    }
    return command;
  }

  private JsonNode act(String name, String body) throws Exception {
    HttpResponse<String> answer = post(name, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  private HttpResponse<String> post(String name, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(page.address() + "action/" + name))
                .header("Origin", "http://" + host())
                .header("Content-Type", "application/json")
                .header(AccessToken.HEADER, token())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private String token() {
    return page.token().orElseThrow();
  }

  private String host() {
    return URI.create(page.address()).getAuthority();
  }

  private String raw(
      String action,
      String host,
      String origin,
      String type,
      String token,
      String site,
      String body)
      throws IOException {
    List<String> headers = new ArrayList<>();
    headers.add("Host: " + (host.equals("own") ? host() : host));
    if (origin != null) {
      headers.add("Origin: " + (origin.equals("own") ? "http://" + host() : origin));
    }
    if (type != null) {
      headers.add("Content-Type: " + type);
    }
    if (token != null) {
      headers.add("Flexora-Token: " + (token.equals("own") ? token() : token));
    }
    if (site != null) {
      headers.add("Sec-Fetch-Site: " + site);
    }
    return raw("POST /action/" + action, headers, body);
  }

  private String raw(String line, List<String> headers, String body) throws IOException {
    String request =
        line
            + " HTTP/1.1\r\n"
            + String.join("\r\n", headers)
            + "\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body;
    int port = URI.create(page.address()).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
