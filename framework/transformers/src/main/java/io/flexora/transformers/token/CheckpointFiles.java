package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads the definition of a tokenizer from files in Hugging Face form, as transformers does. */
final class CheckpointFiles {
  private final TokenizerFiles files;
  private final TokenizerJson json;
  private final ObjectNode configuration;
  private final ObjectNode generation;
  private final ObjectNode model;
  private final Map<String, Object> named = new HashMap<>();

  private CheckpointFiles(TokenizerFiles files) throws IOException {
    this.files = files;
    this.json = TokenizerJson.read(files.tokenizer());
    this.configuration = read(files.configuration());
    if (!configuration.has("added_tokens_decoder")) {
      configuration.setAll(read(files.specialTokens()));
    }
    this.generation = read(files.generation());
    this.model = read(files.model());
  }

  private static ObjectNode read(Optional<Path> file) throws IOException {
    return file.isPresent()
        ? CheckpointJson.object(file.get())
        : CheckpointJson.JSON.createObjectNode();
  }

  /**
   * Reads the files.
   *
   * @throws IOException if one cannot be read
   * @throws FlexoraException if one holds something else than its name says
   */
  static TokenizerDefinition read(TokenizerFiles files) throws IOException {
    return new CheckpointFiles(files).definition();
  }

  private TokenizerDefinition definition() throws IOException {
    configuration.properties().forEach(e -> name(e.getKey(), e.getValue()));
    // A null says that there is none, as Qwen's bos_token.
    Stream.of("bos_token", "eos_token")
        .filter(name -> !configuration.has(name))
        .forEach(name -> unnamed(name).ifPresent(text -> named.put(name, text)));
    named.keySet().stream().filter(n -> n.endsWith("_token")).forEach(n -> json.special(text(n)));
    Optional<SpecialToken> bos = special("bos_token");
    Optional<SpecialToken> eos = special("eos_token");
    // As transformers 5 and lm-evaluation-harness, which ignore add_bos_token of the configuration.
    Optional<Boolean> addBos = Optional.empty();
    return new TokenizerDefinition(
        files.tokenizer().toString(), json, bos, eos, addBos, named, chatTemplate(), ends(eos));
  }

  private void name(String field, JsonNode value) {
    if (field.endsWith("_token")) {
      text(value).ifPresent(t -> named.put(field, t));
    }
    if (field.endsWith("_special_tokens")) {
      List<String> texts = new ArrayList<>();
      value.forEach(v -> text(v).ifPresent(texts::add));
      named.put(field, List.copyOf(texts));
      texts.forEach(json::special);
    }
    if (field.equals("added_tokens_decoder")) {
      value.forEach(
          token -> {
            if (token.path("special").asBoolean()) {
              text(token).ifPresent(json::special);
            }
          });
    }
  }

  /** A token is written as its text or as an object with it. */
  private static Optional<String> text(JsonNode token) {
    return token.isTextual()
        ? Optional.of(token.textValue())
        : CheckpointJson.text(token, "content");
  }

  /** A token by its id in the model where there is no configuration, or as GPT-2 has it. */
  private Optional<String> unnamed(String name) {
    if (files.configuration().isEmpty()) {
      return ids(name + "_id").stream().findFirst().flatMap(json::token);
    }
    return Optional.of("<|endoftext|>").filter(t -> likeGpt2() && json.ids().containsKey(t));
  }

  /** Whether transformers reads texts by the class of GPT-2, whose files name no tokens. */
  private boolean likeGpt2() {
    return CheckpointJson.text(configuration, "tokenizer_class")
        .or(() -> CheckpointJson.text(model, "tokenizer_class"))
        .map(type -> type.startsWith("GPT2Tokenizer"))
        .orElseGet(() -> model.path("model_type").asText().equals("gpt2"));
  }

  private Optional<SpecialToken> special(String name) {
    return named.containsKey(name) ? json.special(text(name)) : Optional.empty();
  }

  private String text(String name) {
    return (String) named.get(name);
  }

  private Optional<String> chatTemplate() throws IOException {
    if (files.chatTemplate().isPresent()) {
      Path file = files.chatTemplate().get();
      return Optional.of(
          file.toString().endsWith(".json")
              ? template(CheckpointJson.object(file).path("chat_template"))
                  .orElseThrow(() -> new FlexoraException(file + " has no text chat_template"))
              : RegularFile.text(file));
    }
    return template(configuration.path("chat_template"));
  }

  /** A template is a text, or one of several with names, of which that without tools is taken. */
  private static Optional<String> template(JsonNode value) {
    if (value.isTextual()) {
      return Optional.of(value.textValue());
    }
    for (JsonNode named : value) {
      if (named.path("name").asText().equals("default")) {
        return CheckpointJson.text(named, "template");
      }
    }
    return Optional.empty();
  }

  private Set<Integer> ends(Optional<SpecialToken> eos) {
    Set<Integer> ends = new TreeSet<>(ids("eos_token_id"));
    eos.ifPresent(token -> ends.add(token.id()));
    return ends;
  }

  /** The ids under a name in what is said about generation and about the model. */
  private List<Integer> ids(String name) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode object : List.of(generation, model, model.path("text_config"))) {
      JsonNode value = object.path(name);
      (value.isArray() ? value : List.of(value))
          .forEach(
              id -> {
                if (id.isInt()) {
                  ids.add(id.intValue());
                }
              });
    }
    return ids;
  }
}
