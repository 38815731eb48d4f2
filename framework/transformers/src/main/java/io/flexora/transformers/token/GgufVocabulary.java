package io.flexora.transformers.token;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The tokens of a GGUF file. */
final class GgufVocabulary {
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int BYTE = 6;

  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final int[] types;
  private final String origin;
  private final GgufMetadata metadata;

  GgufVocabulary(GgufMetadata metadata, String origin) {
    this.origin = origin;
    this.metadata = metadata;
    for (String token : metadata.requireStrings("tokenizer.ggml.tokens")) {
      add(token);
    }
    this.types = metadata.findInts("tokenizer.ggml.token_type").orElseGet(() -> new int[size()]);
    checkLength("token_type", types.length);
    if (size() == 0) {
      throw new FlexoraException(origin + " has no tokens. Take another file of the model");
    }
  }

  private void add(String token) {
    int id = tokens.size();
    // Never in a text, but it has an id.
    String named = token.isEmpty() ? "[EMPTY_" + id + "]" : token;
    tokens.add(named);
    if (ids.putIfAbsent(named, id) != null) {
      throw new FlexoraException(
          "%s: token '%s' has two ids, %d and %d. Take another file of the model"
              .formatted(origin, named, ids.get(named), id));
    }
  }

  /** Refuses a list that does not say something of each token. */
  void checkLength(String key, int length) {
    if (length != size()) {
      throw new FlexoraException(
          "%s: tokenizer.ggml.%s has %d entries for %d tokens. Take another file of the model"
              .formatted(origin, key, length, size()));
    }
  }

  int size() {
    return tokens.size();
  }

  List<String> tokens() {
    return tokens;
  }

  Map<String, Integer> ids() {
    return ids;
  }

  /** The type of a token, as llama.cpp numbers them. */
  int type(int id) {
    return types[id];
  }

  /** Writes a token in another way. */
  void rename(int id, String name) {
    if (ids.putIfAbsent(name, id) == null) {
      ids.remove(tokens.get(id));
      tokens.set(id, name);
    }
  }

  /**
   * The id of a token that has a role, such as {@code bos}.
   *
   * @throws FlexoraException if it is no id of a token
   */
  OptionalInt role(String name) {
    OptionalInt id = metadata.findInt("tokenizer.ggml." + name + "_token_id");
    if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= size())) {
      throw new FlexoraException(
          ("%s: tokenizer.ggml.%s_token_id is %d; tokens have ids from 0 to %d. Take"
                  + " another file of the model")
              .formatted(origin, name, id.getAsInt(), size() - 1));
    }
    return id;
  }
}
