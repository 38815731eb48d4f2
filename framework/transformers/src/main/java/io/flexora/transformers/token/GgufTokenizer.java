package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads the definition of a tokenizer from the metadata of a GGUF file. */
final class GgufTokenizer {
  /** Texts of tokens that end a text or a turn; a file has one eos and, if at all, one eot. */
  private static final Set<String> ENDS =
      Set.of(
          "<|endoftext|>",
          "<|end_of_text|>",
          "<|im_end|>",
          "<|eot_id|>",
          "<|eom_id|>",
          "<|end|>",
          "<end_of_turn>",
          "<｜end▁of▁sentence｜>");

  private final String origin;
  private final GgufMetadata metadata;
  private final GgufVocabulary vocabulary;

  private GgufTokenizer(GgufFile file) {
    this.origin = file.path().toString();
    this.metadata = file.metadata();
    this.vocabulary = new GgufVocabulary(metadata, origin);
  }

  /**
   * Reads the metadata.
   *
   * @throws FlexoraException if the file has no tokenizer, or one of a kind that is not known
   */
  static TokenizerDefinition read(GgufFile file) {
    return new GgufTokenizer(file).definition();
  }

  private TokenizerDefinition definition() {
    String model = metadata.requireString("tokenizer.ggml.model");
    return switch (model) {
      case "gpt2" -> byteLevel();
      case "llama" -> sentencePiece();
      default ->
          throw new FlexoraException(
              ("%s: the tokenizer '%s' (tokenizer.ggml.model) is not known; known are gpt2 and"
                      + " llama. Take the model in Hugging Face form")
                  .formatted(origin, model));
    };
  }

  private TokenizerDefinition byteLevel() {
    String name = metadata.findString("tokenizer.ggml.pre").orElse("default");
    PreTokenizer cut = PreTokenizer.named(name, origin);
    ObjectNode root = GgufJson.byteLevel(cut, vocabulary, merges());
    return definition(
        root,
        cut.llama3(),
        vocabulary.role("bos"),
        vocabulary.role("eos"),
        vocabulary.role("unknown"));
  }

  private TokenizerDefinition sentencePiece() {
    boolean gemma = metadata.findString("general.architecture").orElse("").startsWith("gemma");
    if (gemma) {
      respellSpaces();
    }
    OptionalInt unknown = orElse(vocabulary.role("unknown"), 0);
    ObjectNode root =
        GgufJson.sentencePiece(
            vocabulary,
            metadata.containsKey("tokenizer.ggml.merges") ? merges() : scoredMerges(gemma),
            unknown.stream().mapToObj(vocabulary.tokens()::get).findFirst(),
            metadata.findBoolean("tokenizer.ggml.add_space_prefix").orElse(true));
    return definition(
        root, true, orElse(vocabulary.role("bos"), 1), orElse(vocabulary.role("eos"), 2), unknown);
  }

  private OptionalInt orElse(OptionalInt id, int other) {
    return id.isPresent() || other >= vocabulary.size() ? id : OptionalInt.of(other);
  }

  /** Files of Gemma keep tokens of several spaces as spaces; its merges know them as lines. */
  private void respellSpaces() {
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.tokens().get(id);
      if (token.chars().allMatch(c -> c == ' ')) {
        vocabulary.rename(id, token.replace(' ', '▁'));
      }
    }
  }

  private List<ScoredMerges.Merge> merges() {
    return metadata.requireStrings("tokenizer.ggml.merges").stream().map(this::merge).toList();
  }

  private ScoredMerges.Merge merge(String line) {
    // A token may begin with a space, but not be empty.
    int space = line.indexOf(' ', 1);
    if (space < 0) {
      throw new FlexoraException(
          "%s: '%s' in tokenizer.ggml.merges is not two tokens. Take another file of the model"
              .formatted(origin, line));
    }
    return new ScoredMerges.Merge(line.substring(0, space), line.substring(space + 1), 0);
  }

  /** Gemma's merges have the order of its tokens, those of others that of the scores. */
  private List<ScoredMerges.Merge> scoredMerges(boolean byOrder) {
    float[] given = metadata.requireFloats("tokenizer.ggml.scores");
    vocabulary.checkLength("scores", given.length);
    double[] scores = new double[given.length];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = byOrder ? -id : given[id];
    }
    return ScoredMerges.of(vocabulary.ids(), vocabulary.tokens(), scores);
  }

  private TokenizerDefinition definition(
      ObjectNode root, boolean addBos, OptionalInt bos, OptionalInt eos, OptionalInt unknown) {
    addTokens(root.putArray("added_tokens"), List.of(bos, eos));
    Map<String, Object> named = new HashMap<>();
    Map.of("bos_token", bos, "eos_token", eos, "unk_token", unknown)
        .forEach((name, id) -> token(id).ifPresent(t -> named.put(name, t.text())));
    token(vocabulary.role("padding")).ifPresent(t -> named.put("pad_token", t.text()));
    return new TokenizerDefinition(
        origin,
        new TokenizerJson(origin, root),
        token(bos),
        token(eos),
        Optional.of(metadata.findBoolean("tokenizer.ggml.add_bos_token").orElse(addBos)),
        named,
        metadata.findString("tokenizer.chat_template"),
        ends(eos));
  }

  private Optional<SpecialToken> token(OptionalInt id) {
    return id.isPresent()
        ? Optional.of(new SpecialToken(id.getAsInt(), vocabulary.tokens().get(id.getAsInt())))
        : Optional.empty();
  }

  private void addTokens(ArrayNode added, List<OptionalInt> roles) {
    for (int id = 0; id < vocabulary.size(); id++) {
      OptionalInt self = OptionalInt.of(id);
      int type = vocabulary.type(id);
      boolean special =
          type == GgufVocabulary.CONTROL || type == GgufVocabulary.UNKNOWN || roles.contains(self);
      String token = vocabulary.tokens().get(id);
      boolean lines = token.chars().allMatch(c -> c == '▁');
      if (special || (type == GgufVocabulary.USER_DEFINED && !lines)) {
        TokenizerJson.append(added, id, token, special);
      }
    }
  }

  private Set<Integer> ends(OptionalInt eos) {
    Set<Integer> ends = new TreeSet<>();
    List.of(eos, vocabulary.role("eot"), vocabulary.role("eom"))
        .forEach(id -> id.ifPresent(ends::add));
    for (String end : ENDS) {
      Integer id = vocabulary.ids().get(end);
      if (id != null && vocabulary.type(id) == GgufVocabulary.CONTROL) {
        ends.add(id);
      }
    }
    return ends;
  }
}
