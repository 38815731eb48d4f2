package io.flexora.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.data.Message;
import io.flexora.api.data.Message.Role;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.use.GeneratedText;
import io.flexora.experiment.use.GenerationRequest;
import io.flexora.experiment.use.GenerationRequest.PromptForm;
import io.flexora.experiment.use.LoadedModel;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** The answers of a model server's language models to conversations, whole or as they come. */
final class ChatAnswers {

  private static final int MOST_MESSAGES = 1000;
  private static final int MOST_STOPS = 4;
  private static final double HOTTEST = 2;
  private static final double LEAST_SHARE = 1e-6;

  private static final Set<String> READ =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "seed",
          "stop");
  private static final Map<String, Predicate<JsonNode>> NEUTRAL =
      Map.ofEntries(
          Map.entry("n", value -> value.isNumber() && value.asInt() == 1),
          Map.entry("presence_penalty", value -> value.isNumber() && value.asDouble() == 0),
          Map.entry("frequency_penalty", value -> value.isNumber() && value.asDouble() == 0),
          Map.entry("logprobs", value -> value.isBoolean() && !value.asBoolean()),
          Map.entry("top_logprobs", value -> value.isNumber() && value.asInt() == 0),
          Map.entry("logit_bias", ChatAnswers::isEmpty),
          Map.entry("tools", ChatAnswers::isEmpty),
          Map.entry("tool_choice", value -> value.asText().matches("none|auto")),
          Map.entry(
              "modalities", value -> value.size() == 1 && value.path(0).asText().equals("text")),
          Map.entry("response_format", value -> value.path("type").asText().equals("text")));
  private static final Set<String> IGNORED =
      Set.of(
          "user",
          "metadata",
          "store",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "parallel_tool_calls");

  /** Members that clients send back with an earlier answer. */
  private static final Map<String, Predicate<JsonNode>> NEUTRAL_OF_MESSAGE =
      Map.of(
          "refusal", JsonNode::isNull,
          "annotations", ChatAnswers::isEmpty,
          "tool_calls", ChatAnswers::isEmpty,
          "function_call", JsonNode::isNull,
          "audio", JsonNode::isNull);

  private final Map<String, LoadedModel> models;
  private final ServerMetrics metrics;
  private final ModelServer.Bounds bounds;

  ChatAnswers(Map<String, LoadedModel> models, ServerMetrics metrics, ModelServer.Bounds bounds) {
    this.models = models;
    this.metrics = metrics;
    this.bounds = bounds;
  }

  void answer(Context context) {
    ApiRequest request = ApiRequest.of(context, bounds.bodyBytes());
    request.requireKnown(READ, NEUTRAL, IGNORED);
    String name = request.text("model");
    LoadedModel model = ModelAnswers.named(models, name);
    if (!model.generates()) {
      throw ApiRefusal.ofMember("model", "'%s' generates no text".formatted(name));
    }
    GenerationRequest asked = asked(request);
    ApiRequest options = request.object("stream_options");
    options.requireKnown(Set.of("include_usage"), Map.of(), Set.of("include_obfuscation"));
    boolean usage = options.flag("include_usage");
    if (request.flag("stream")) {
      new Stream(context, name, usage).answer(model, asked);
    } else {
      GeneratedText said = model.generate(asked, piece -> {});
      metrics.tokens(said.promptTokens(), said.tokens());
      ModelAnswers.json(context, whole(name, said));
    }
  }

  private GenerationRequest asked(ApiRequest request) {
    long most = request.integer("max_tokens", bounds.maxTokens(), 1, Integer.MAX_VALUE);
    most = request.integer("max_completion_tokens", most, 1, Integer.MAX_VALUE);
    return new GenerationRequest(
        messages(request),
        PromptForm.CHAT,
        (int) Math.min(most, bounds.maxTokens()),
        request.number("temperature", 1, 0, HOTTEST),
        request.number("top_p", 1, LEAST_SHARE, 1),
        request.integer(
            "seed", ThreadLocalRandom.current().nextLong(), Long.MIN_VALUE, Long.MAX_VALUE),
        request.member("stop").isMissingNode() ? List.of() : request.texts("stop", MOST_STOPS));
  }

  private static List<Message> messages(ApiRequest request) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : request.list("messages", MOST_MESSAGES)) {
      new ApiRequest(message).requireKnown(Set.of("role", "content"), NEUTRAL_OF_MESSAGE, Set.of());
      messages.add(new Message(role(message), content(message.path("content"))));
    }
    return messages;
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isContainerNode() && value.isEmpty();
  }

  private static Role role(JsonNode message) {
    return switch (message.path("role").asText()) {
      case "system", "developer" -> Role.SYSTEM;
      case "user" -> Role.USER;
      case "assistant" -> Role.ASSISTANT;
      default ->
          throw ApiRefusal.ofMember(
              "messages", "the role of a message has to be system, user or assistant");
    };
  }

  private static String content(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw onlyText();
      }
      text.append(part.path("text").asText());
    }
    if (!content.isArray()) {
      throw onlyText();
    }
    return text.toString();
  }

  private static ApiRefusal onlyText() {
    return ApiRefusal.ofMember("messages", "the content of a message has to be text");
  }

  private static Map<String, Object> whole(String name, GeneratedText said) {
    return ModelAnswers.ordered(
        "id",
        id(),
        "object",
        "chat.completion",
        "created",
        ModelAnswers.now(),
        "model",
        name,
        "choices",
        List.of(
            ModelAnswers.ordered(
                "index",
                0,
                "message",
                ModelAnswers.ordered("role", "assistant", "content", said.text(), "refusal", null),
                "logprobs",
                null,
                "finish_reason",
                reason(said))),
        "usage",
        usage(said));
  }

  private static String id() {
    return "chatcmpl-" + UUID.randomUUID();
  }

  private static String reason(GeneratedText said) {
    return said.finished() ? "stop" : "length";
  }

  private static Map<String, Object> usage(GeneratedText said) {
    return ModelAnswers.ordered(
        "prompt_tokens",
        said.promptTokens(),
        "completion_tokens",
        said.tokens(),
        "total_tokens",
        said.promptTokens() + said.tokens());
  }

  /** An answer as server-sent events. What fails before its first piece has a status of its own. */
  private final class Stream {

    private final Context context;
    private final String name;
    private final boolean withUsage;
    private final String id = id();
    private final long created = ModelAnswers.now();
    private boolean begun;

    Stream(Context context, String name, boolean withUsage) {
      this.context = context;
      this.name = name;
      this.withUsage = withUsage;
    }

    void answer(LoadedModel model, GenerationRequest asked) {
      try {
        GeneratedText said = model.generate(asked, piece -> chunk(Map.of("content", piece), null));
        metrics.tokens(said.promptTokens(), said.tokens());
        chunk(Map.of(), reason(said));
        if (withUsage) {
          send(StatusJson.text(chunk(List.of(), usage(said))));
        }
        send("[DONE]");
      } catch (FlexoraException e) {
        if (!begun) {
          throw e;
        }
        send(StatusJson.text(ModelServer.refusal(e).body()));
      }
    }

    private void chunk(Map<String, Object> delta, String reason) {
      if (!begun) {
        begun = true;
        context.contentType("text/event-stream").header("Cache-Control", "no-cache");
        context.disableCompression();
        choice(ModelAnswers.ordered("role", "assistant", "content", ""), null);
      }
      choice(delta, reason);
    }

    private void choice(Map<String, Object> delta, String reason) {
      Map<String, Object> choice =
          ModelAnswers.ordered(
              "index", 0, "delta", delta, "logprobs", null, "finish_reason", reason);
      send(StatusJson.text(chunk(List.of(choice), null)));
    }

    private Map<String, Object> chunk(List<Object> choices, Map<String, Object> usage) {
      Map<String, Object> members =
          ModelAnswers.ordered(
              "id",
              id,
              "object",
              "chat.completion.chunk",
              "created",
              created,
              "model",
              name,
              "choices",
              choices);
      if (withUsage) {
        members.put("usage", usage);
      }
      return members;
    }

    private void send(String data) {
      try {
        OutputStream out = context.outputStream();
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
