package io.flexora.transformers.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The content of a {@code tokenizer.json}. */
final class TokenizerJson {
  /** Far above every vocabulary; what a wrong id may make us allocate. */
  private static final int MOST_TOKENS = 1 << 24;

  private final String origin;
  private final ObjectNode root;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Set<Integer> special = new TreeSet<>();
  private final int longestText;

  /**
   * Reads the vocabulary.
   *
   * @param origin the file it comes from, for messages
   * @param root the content
   * @throws FlexoraException if there is no vocabulary in it, or the tokenizers library is not
   *     known to be safe on it
   */
  TokenizerJson(String origin, ObjectNode root) {
    this.origin = origin;
    this.root = root;
    JsonNode vocabulary = root.path("model").path("vocab");
    vocabulary.properties().forEach(e -> add(e.getKey(), e.getValue()));
    for (int i = 0; vocabulary.isArray() && i < vocabulary.size(); i++) {
      ids.put(vocabulary.get(i).path(0).asText(), i);
    }
    for (JsonNode token : root.path("added_tokens")) {
      remember(token);
    }
    if (ids.isEmpty()) {
      throw new FlexoraException(
          origin
              + " is not a tokenizer: it has no vocabulary. Take the tokenizer.json that was"
              + " published with the model");
    }
    keepOffsets(root.path("post_processor"));
    this.longestText = TokenizerLimits.longestText(origin, root, ids);
  }

  /** Reads a file. */
  static TokenizerJson read(Path file) throws IOException {
    return new TokenizerJson(file.toString(), CheckpointJson.object(file));
  }

  /** The file it comes from, for messages. */
  String origin() {
    return origin;
  }

  /** The number of characters of the longest text that may be encoded at once. */
  int longestText() {
    return longestText;
  }

  private void remember(JsonNode token) {
    add(token.path("content").asText(), token.path("id"));
    if (token.path("special").asBoolean()) {
      special.add(token.path("id").intValue());
    }
  }

  private void add(String token, JsonNode id) {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() >= MOST_TOKENS) {
      throw new FlexoraException(
          "%s: token '%s' has the id %s; ids are whole numbers from 0"
              .formatted(origin, token, id));
    }
    ids.put(token, id.intValue());
  }

  /** Has offsets say where a token really begins: the white space in front of a word is in it. */
  private static void keepOffsets(JsonNode processor) {
    if (processor instanceof ObjectNode object && object.has("trim_offsets")) {
      object.put("trim_offsets", false);
    }
    processor.path("processors").forEach(TokenizerJson::keepOffsets);
  }

  /** The token with an id. */
  Optional<String> token(int id) {
    return ids.entrySet().stream()
        .filter(e -> e.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The ids of the special tokens. */
  Set<Integer> special() {
    return special;
  }

  /** The ids of the tokens that are found in a text before anything else. */
  Set<Integer> added() {
    Set<Integer> added = new TreeSet<>();
    root.path("added_tokens").forEach(token -> added.add(token.path("id").intValue()));
    return added;
  }

  /** Whether a token is found in a text before anything else. */
  boolean added(String token) {
    Integer id = ids.get(token);
    return id != null && added().contains(id);
  }

  /** The texts of the special tokens. */
  List<String> specialTexts() {
    return ids.entrySet().stream()
        .filter(e -> special.contains(e.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How tokens become text again. */
  JsonNode decoder() {
    return root.path("decoder");
  }

  /** Each token with its id. */
  Map<String, Integer> ids() {
    return ids;
  }

  /**
   * Has a token of the vocabulary be recognised as a special token in a text.
   *
   * @return the token, or empty if the vocabulary does not have it
   */
  Optional<SpecialToken> special(String text) {
    Integer id = ids.get(text);
    if (id == null) {
      return Optional.empty();
    }
    if (!text.isEmpty() && special.add(id)) {
      ArrayNode added = root.withArrayProperty("added_tokens");
      for (JsonNode token : added) {
        if (token.path("content").asText().equals(text)) {
          ((ObjectNode) token).put("special", true);
          return Optional.of(new SpecialToken(id, text));
        }
      }
      append(added, id, text, true);
    }
    return Optional.of(new SpecialToken(id, text));
  }

  /** Adds a token that is found in a text before anything else. */
  static void append(ArrayNode added, int id, String text, boolean special) {
    added
        .addObject()
        .put("id", id)
        .put("content", text)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }

  /** The content as text, for the tokenizers library. */
  byte[] bytes() {
    try {
      return CheckpointJson.JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new FlexoraException(origin + " cannot be read: " + e.getOriginalMessage(), e);
    }
  }
}
