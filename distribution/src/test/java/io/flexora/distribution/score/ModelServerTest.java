package io.flexora.distribution.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.LoadedModel;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import io.flexora.web.LivePage;
import io.flexora.web.ModelServer;
import io.flexora.web.ModelServer.Bounds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Loaded models answer by HTTP as OpenAI's interface does, and refuse what is no request. */
@ExtendWith(OneThread.class)
class ModelServerTest {

  private static final String TEXT = "a small stream";
  private static final String TOKEN = "0123456789abcdefgh";
  private static final int BODY = 20_000;

  @TempDir static Path folder;
  private static FlexoraHost host;
  private static final Map<String, LoadedModel> MODELS = new LinkedHashMap<>();
  private static ModelServer server;

  @BeforeAll
  static void serve() throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder);
    host = Program.host(folder);
    MODELS.put("senses", host.load(trained(tiny, "senses"), "main"));
    MODELS.put(
        "vectors",
        host.load(
            trained(
                tiny,
                "vectors",
                "dataset={use: files, train: 'file:%s', validation: 40, test: 60}"
                    .formatted(Program.HOME.resolve("config/reviews.csv")),
                "task={use: embedding, query: 'find: {text}', positive: answer}",
                "evaluator=embedding"),
            "main"));
    String yaml =
        """
        name: text
        device: cpu
        model:
          use: decoder
          source: "file:%s"
          compute_dtype: float32
          max_tokens: 64
          chat_template: "{%% for m in messages %%}{{ m.content }} {%% endfor %%}"
        dataset: {use: files, train: "file:none.jsonl", validation: 1, test: 1}
        task: {use: instruction}
        adapter: {use: lora, lora_rank: 2}
        selector: {use: all}
        trainer: {use: gradient, max_steps: 2}
        evaluator: perplexity
        """
            .formatted(
                Path.of("../bundles/model-decoder/src/test/resources/tiny/llama3")
                    .toAbsolutePath());
    MODELS.put(
        "chat",
        host.experiment(yaml, "text", List.of())
            .load(new EvaluationTarget.Base(), LoadedModel.Limits.USUAL, RunListener.NONE));
    server =
        ModelServer.open(
            MODELS,
            Optional.empty(),
            new Bounds(8, BODY, 4, 16, Duration.ofSeconds(5)),
            LivePage.LOOPBACK,
            0);
  }

  private static Path trained(TinyExperiment tiny, String name, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "output_dir=" + folder.resolve(name),
                "model.compute_dtype=float32",
                "selector=all",
                "baselines={}",
                "trainer.max_steps=2"));
    settings.addAll(List.of(more));
    return host.experiment(tiny.file(), settings).run(RunListener.NONE).folder();
  }

  @AfterAll
  static void close() {
    server.close();
    MODELS.values().forEach(LoadedModel::close);
    host.close();
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return postTo(server.address() + path, body);
  }

  private static HttpResponse<String> postTo(String address, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(server.address() + path)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void theModelsAreListed() throws Exception {
    JsonNode list = json(get("/models").body());
    assertThat(list.path("object").asText()).isEqualTo("list");
    assertThat(list.path("data").findValuesAsText("id"))
        .containsExactly("senses", "vectors", "chat");
    JsonNode one = json(get("/models/chat").body());
    assertThat(one.path("object").asText()).isEqualTo("model");
    assertThat(one.path("created").isIntegralNumber()).isTrue();
    assertThat(get("/models/none").statusCode()).isEqualTo(404);
  }

  @Test
  void textsAreClassified() throws Exception {
    HttpResponse<String> answer =
        post("/classify", "{\"model\": \"senses\", \"input\": [\"%s\"]}".formatted(TEXT));
    assertThat(answer.statusCode()).isEqualTo(200);
    PredictedRow row = MODELS.get("senses").predictTexts(List.of(TEXT)).rows().get(0);
    JsonNode data = json(answer.body()).path("data").path(0);
    assertThat(data.path("label").asText()).isEqualTo(row.answers().get(0).text());
    List<String> classes = MODELS.get("senses").classes();
    assertThat(data.path("num_classes").asInt()).isEqualTo(classes.size());
    int best = classes.indexOf(row.answers().get(0).text());
    assertThat(data.path("probs").path(best).asDouble())
        .isEqualTo(row.answers().get(0).probability());
    assertThat(json(answer.body()).path("usage").path("prompt_tokens").asInt()).isPositive();

    String rows = "{\"model\": \"senses\", \"input\": {\"gloss\": \"%s\"}}".formatted(TEXT);
    assertThat(json(post("/classify", rows).body()).path("data").path(0)).isEqualTo(data);
  }

  @Test
  void vectorsAreNumbersOrBase64() throws Exception {
    float[] vector = MODELS.get("vectors").embed(List.of(TEXT)).vectors().get(0);
    String asked = "{\"model\": \"vectors\", \"input\": \"%s\"%s}";
    JsonNode plain = json(post("/embeddings", asked.formatted(TEXT, "")).body());
    JsonNode numbers = plain.path("data").path(0).path("embedding");
    JsonNode packed =
        json(post("/embeddings", asked.formatted(TEXT, ", \"encoding_format\": \"base64\"")).body())
            .path("data")
            .path(0)
            .path("embedding");
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(packed.asText())).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(numbers).hasSize(vector.length);
    for (int i = 0; i < vector.length; i++) {
      assertThat(numbers.get(i).asDouble()).isCloseTo(vector[i], within(1e-7));
      assertThat(bytes.getFloat()).isEqualTo(vector[i]);
    }
    assertThat(plain.path("usage").path("total_tokens").asInt()).isPositive();
    assertThat(plain.path("data").path(0).path("object").asText()).isEqualTo("embedding");
  }

  @Test
  void aConversationIsAnsweredWholeOrInPieces() throws Exception {
    String asked =
        """
        {"model": "chat", "temperature": 0, "max_tokens": 9, "messages": [
          {"role": "system", "content": "Be brief."},
          {"role": "assistant", "content": "Yes.", "refusal": null, "tool_calls": []},
          {"role": "user", "content": [{"type": "text", "text": "How many stars?"}]}],
          "n": 1, "tool_choice": "auto", "response_format": {"type": "text"}%s}
        """;
    JsonNode whole = json(post("/chat/completions", asked.formatted("")).body());
    String text = whole.path("choices").path(0).path("message").path("content").asText();
    assertThat(text).isNotEmpty();
    assertThat(whole.path("object").asText()).isEqualTo("chat.completion");
    assertThat(whole.path("choices").path(0).path("finish_reason").asText()).isIn("length", "stop");
    JsonNode usage = whole.path("usage");
    assertThat(usage.path("total_tokens").asInt())
        .isEqualTo(usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt());

    HttpResponse<String> streamed =
        post(
            "/chat/completions",
            asked.formatted(", \"stream\": true, \"stream_options\": {\"include_usage\": true}"));
    assertThat(streamed.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    List<String> lines = streamed.body().lines().filter(line -> !line.isEmpty()).toList();
    assertThat(lines).allMatch(line -> line.startsWith("data: ")).endsWith("data: [DONE]");
    StringBuilder pieces = new StringBuilder();
    for (String line : lines.subList(0, lines.size() - 2)) {
      JsonNode choice = json(line.substring(6)).path("choices").path(0);
      pieces.append(choice.path("delta").path("content").asText());
    }
    assertThat(pieces.toString()).isEqualTo(text);
    assertThat(json(lines.get(lines.size() - 2).substring(6)).path("usage")).isEqualTo(usage);
    assertThat(json(lines.get(0).substring(6)).path("choices").path(0).path("delta"))
        .isEqualTo(json("{\"role\": \"assistant\", \"content\": \"\"}"));
  }

  static Stream<Arguments> refused() {
    String deep = "[".repeat(100) + "]".repeat(100);
    return Stream.of(
        Arguments.of("/classify", "", 400, "invalid_json"),
        Arguments.of("/classify", "[]", 400, "invalid_json"),
        Arguments.of("/classify", "{\"model\": \"senses\"} x", 400, "invalid_json"),
        Arguments.of("/classify", "{\"model\": \"senses\", \"input\": NaN}", 400, "invalid_json"),
        Arguments.of("/classify", "{\"model\": \"a\", \"model\": \"b\"}", 400, "invalid_json"),
        Arguments.of("/classify", "{\"input\": " + deep + "}", 400, "invalid_json"),
        Arguments.of("/classify", "{\"model\": \"a\u0001\"}", 400, "invalid_json"),
        Arguments.of("/classify", "{\"model\": 1, \"input\": \"a\"}", 400, "invalid_value"),
        Arguments.of("/classify", "{\"model\": \"senses\", \"input\": []}", 400, "invalid_value"),
        Arguments.of("/classify", "{\"model\": \"senses\", \"input\": \"\"}", 400, "invalid_value"),
        Arguments.of("/classify", "{\"model\": \"senses\", \"input\": [1]}", 400, "invalid_value"),
        Arguments.of(
            "/classify",
            "{\"model\": \"senses\", \"input\": {\"glos\": \"a\"}}",
            400,
            "invalid_request"),
        Arguments.of(
            "/classify",
            "{\"model\": \"senses\", \"input\": [\"a\", \"a\", \"a\", \"a\", \"a\"]}",
            400,
            "invalid_value"),
        Arguments.of("/classify", "{\"model\": \"x\", \"input\": \"a\"}", 404, "model_not_found"),
        Arguments.of("/classify", "{\"model\": \"chat\", \"input\": \"a\"}", 400, "invalid_value"),
        Arguments.of(
            "/embeddings", "{\"model\": \"chat\", \"input\": \"a\"}", 400, "invalid_value"),
        Arguments.of(
            "/embeddings",
            "{\"model\": \"vectors\", \"input\": \"a\", \"dimensions\": 1}",
            400,
            "invalid_value"),
        Arguments.of("/classify", "\"" + "a".repeat(BODY) + "\"", 413, "request_too_large"),
        chat("\"temperature\": 1e999", "invalid_value"),
        chat("\"temperature\": -1", "invalid_value"),
        chat("\"max_tokens\": 0", "invalid_value"),
        chat("\"max_tokens\": 1.5", "invalid_value"),
        chat("\"n\": 2", "invalid_value"),
        chat("\"tools\": [{}]", "invalid_value"),
        chat("\"best_of\": 2", "invalid_value"),
        chat("\"stream\": true, \"stream_options\": {\"usage\": true}", "invalid_value"),
        chat("\"stream\": true, \"stream_options\": true", "invalid_value"),
        chat("\"response_format\": {\"type\": \"json_object\"}", "invalid_value"),
        chat(
            "\"messages\": [{\"role\": \"user\", \"content\": \"a\", \"name\": \"b\"}]",
            "invalid_value"),
        chat("\"stop\": [\"\"]", "invalid_value"));
  }

  private static Arguments chat(String member, String code) {
    String messages = "\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], ";
    return Arguments.of(
        "/chat/completions",
        "{\"model\": \"chat\", "
            + (member.startsWith("\"messages\"") ? "" : messages)
            + member
            + "}",
        400,
        code);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsNoRequestIsRefusedInOneForm(String path, String body, int status, String code)
      throws Exception {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = json(answer.body()).path("error");
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("message").asText()).isNotEmpty();
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.has("param")).isTrue();
  }

  @Test
  void dimensionsAreRefusedBeforeAnythingIsComputed() throws Exception {
    LoadedModel model = MODELS.get("vectors").beside(new EvaluationTarget.Base());
    model.close();
    try (ModelServer other =
        ModelServer.open(
            Map.of("closed", model), Optional.empty(), Bounds.USUAL, LivePage.LOOPBACK, 0)) {
      String asked = "{\"model\": \"closed\", \"input\": \"a\", \"dimensions\": %d}";
      String address = other.address() + "/embeddings";
      JsonNode refused = json(postTo(address, asked.formatted(1)).body()).path("error");
      assertThat(refused.path("param").asText()).isEqualTo("dimensions");
      assertThat(refused.path("message").asText()).contains(Integer.toString(model.width()));
      assertThat(postTo(address, asked.formatted(model.width())).body()).contains("was closed");
    }
  }

  @Test
  void halfACharacterIsAnsweredAsText() throws Exception {
    assertThat(
            post("/classify", "{\"model\": \"senses\", \"input\": \"a \\ud83d\\u0000 b\"}")
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void webPagesAndForeignNamesAreNotAnswered() throws Exception {
    String models = server.address() + "/models";
    assertThat(
            send(HttpRequest.newBuilder(URI.create(models)).header("Origin", "http://a.example"))
                .statusCode())
        .isEqualTo(403);
    HttpResponse<String> form =
        send(
            HttpRequest.newBuilder(URI.create(server.address() + "/classify"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(form.headers().map()).doesNotContainKey("access-control-allow-origin");
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(models).getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403 ");
    }
  }

  @Test
  void othersNeedATokenAndTheEndIsAnnounced() throws Exception {
    assertThatThrownBy(() -> ModelServer.open(MODELS, Optional.empty(), Bounds.USUAL, "0.0.0.0", 0))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("requests need a token");
    ModelServer guarded =
        ModelServer.open(MODELS, Optional.of(TOKEN), Bounds.USUAL, LivePage.LOOPBACK, 0);
    String root = guarded.address().replace("/v1", "");
    for (String given : List.of("", "Bearer", "Bearer wrong", TOKEN, "Basic " + TOKEN)) {
      HttpRequest.Builder asked = HttpRequest.newBuilder(URI.create(root + "/v1/models"));
      HttpResponse<String> answer =
          send(given.isEmpty() ? asked : asked.header("Authorization", given));
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("invalid_api_key").doesNotContain(TOKEN);
    }
    for (String path : List.of("/v1/models", "/metrics")) {
      assertThat(
              send(HttpRequest.newBuilder(URI.create(root + path))
                      .header("Authorization", "Bearer " + TOKEN))
                  .statusCode())
          .isEqualTo(200);
    }
    assertThat(send(HttpRequest.newBuilder(URI.create(root + "/metrics"))).statusCode())
        .isEqualTo(401);
    assertThat(send(HttpRequest.newBuilder(URI.create(root + "/health"))).body()).isEqualTo("ok\n");
    assertThat(send(HttpRequest.newBuilder(URI.create(root + "/ready"))).body())
        .isEqualTo("ready\n");
    guarded.close();
    assertThat(MODELS.get("senses").predictTexts(List.of(TEXT)).rows()).hasSize(1);
  }

  @Test
  void whatIsAnsweredIsCounted() throws Exception {
    post("/classify", "{\"model\": \"senses\", \"input\": \"%s\"}".formatted(TEXT));
    String metrics =
        send(HttpRequest.newBuilder(URI.create(server.address().replace("/v1", "/metrics"))))
            .body();
    assertThat(metrics)
        .containsPattern(
            "flexora_requests_total\\{path=\"/v1/classify\",code=\"200\"} [1-9][0-9]*\n")
        .containsPattern(
            "flexora_request_seconds_bucket\\{path=\"/v1/classify\",le=\"\\+Inf\"} [1-9]")
        .containsPattern("flexora_tokens_total\\{kind=\"prompt\"} [1-9]")
        .contains("flexora_requests_waiting{model=\"senses\"} 0\n");
  }
}
