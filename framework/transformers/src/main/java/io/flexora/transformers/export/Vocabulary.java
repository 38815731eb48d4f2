package io.flexora.transformers.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tokens and merges of a {@code tokenizer.json} as a GGUF file lists them. */
final class Vocabulary {
  // The types of tokens as llama.cpp numbers them.
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final int BYTE = 6;

  private final Path file;
  private final JsonNode model;
  private final JsonNode normalizer;
  private final JsonNode preTokenizer;
  private final String[] tokens;
  private final Integer[] types;
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * Reads the vocabulary.
   *
   * @param rows the rows of the embedding; a file has as many tokens
   */
  Vocabulary(Path file, JsonNode root, int rows) {
    this.file = file;
    this.model = root.path("model");
    this.normalizer = root.path("normalizer");
    this.preTokenizer = root.path("pre_tokenizer");
    this.tokens = new String[rows];
    this.types = new Integer[rows];
    if (!model.path("type").asText("BPE").equals("BPE") || !model.path("vocab").isObject()) {
      throw new FlexoraException(
          file
              + " is a tokenizer of the type "
              + model.path("type").asText()
              + "; in a GGUF file only BPE can be said. Export to safetensors");
    }
    Arrays.fill(types, UNUSED);
    model.path("vocab").properties().forEach(e -> put(e.getKey(), e.getValue().asInt(-1), NORMAL));
    for (JsonNode added : root.path("added_tokens")) {
      int type = added.path("special").asBoolean() ? CONTROL : USER_DEFINED;
      int id = added.path("id").asInt(-1);
      // What has no row, as Gemma 3's token for images, is in no text that the model reads.
      if (id < rows) {
        put(added.path("content").asText(), id, type);
      }
    }
    for (int id = 0; id < rows; id++) {
      tokens[id] = tokens[id] == null ? "[PAD" + id + "]" : tokens[id];
    }
  }

  private void put(String token, int id, int type) {
    if (id < 0 || id >= tokens.length) {
      throw new FlexoraException(
          "%s: token '%s' has the id %d, but the model has embeddings for %d"
              .formatted(file, token, id, tokens.length));
    }
    tokens[id] = token;
    ids.put(token, id);
    boolean aByte = sentencePiece() && token.matches("<0x[0-9A-F]{2}>");
    types[id] = aByte ? BYTE : type;
  }

  /** Whether it is one of SentencePiece's, which knows bytes as tokens of their own. */
  boolean sentencePiece() {
    return model.path("byte_fallback").asBoolean();
  }

  /** Whether a space is put in front of a text, but not where the text begins with one itself. */
  boolean sparesLeadingSpace() {
    return sparesLeadingSpace(preTokenizer);
  }

  private static boolean sparesLeadingSpace(JsonNode step) {
    for (JsonNode inner : step.path("pretokenizers")) {
      if (sparesLeadingSpace(inner)) {
        return true;
      }
    }
    return step.path("type").asText().equals("Metaspace")
        && step.path("add_prefix_space").asBoolean(true)
        && !step.path("prepend_scheme").asText().equals("never");
  }

  void put(GgufMetadataBuilder metadata) {
    metadata.putString("tokenizer.ggml.model", sentencePiece() ? "llama" : "gpt2");
    if (model.path("unk_token").isTextual() && ids.containsKey(model.get("unk_token").asText())) {
      types[ids.get(model.get("unk_token").asText())] = UNKNOWN;
    }
    metadata.putStrings("tokenizer.ggml.tokens", Arrays.asList(tokens));
    metadata.putArray("tokenizer.ggml.token_type", GgufValueType.INT32, Arrays.asList(types));
    if (sentencePiece()) {
      metadata.putArray("tokenizer.ggml.scores", GgufValueType.FLOAT32, scores());
      metadata.putBoolean(
          "tokenizer.ggml.add_space_prefix",
          normalizer.toString().contains("\"Prepend\"") || sparesLeadingSpace());
    } else {
      metadata.putStrings(
          "tokenizer.ggml.merges",
          merges().stream().map(merge -> merge.left() + " " + merge.right()).toList());
    }
  }

  /** Two tokens that become one. */
  private record Merge(String left, String right) {}

  /** Older files write a merge as one text with a space between, newer ones as a pair. */
  private List<Merge> merges() {
    List<Merge> merges = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      String text = merge.asText();
      int space = text.indexOf(' ', 1);
      merges.add(
          merge.isTextual() && space > 0
              ? new Merge(text.substring(0, space), text.substring(space + 1))
              : new Merge(merge.path(0).asText(), merge.path(1).asText()));
    }
    return merges;
  }

  /** SentencePiece merges what has the highest score; here, what is merged first. */
  private List<Float> scores() {
    Float[] scores = new Float[tokens.length];
    Arrays.fill(scores, 0f);
    float score = 0;
    for (Merge merge : merges()) {
      score--;
      Integer id = ids.get(merge.left() + merge.right());
      if (id != null && scores[id] == 0) {
        scores[id] = score;
      }
    }
    return Arrays.asList(scores);
  }

  /** The id of a token by its text, or else by what the model's configuration has for it. */
  Optional<Integer> id(Optional<String> text, JsonNode configured) {
    JsonNode first = configured.isArray() ? configured.path(0) : configured;
    return text.map(ids::get)
        .or(() -> Optional.of(first).filter(JsonNode::isInt).map(JsonNode::intValue))
        .filter(id -> id >= 0 && id < tokens.length);
  }
}
