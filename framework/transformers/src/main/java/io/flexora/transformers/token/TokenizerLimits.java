package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads a {@code tokenizer.json} in full before native code sees it, and finds how long a text may
 * be that it is used on.
 *
 * <p>The tokenizers library is written for files that it wrote itself. On others it panics, in
 * Rust's sense, which ends the virtual machine, or it computes without end, and a call to it cannot
 * be interrupted. To read such files in Java alone would be the other way, but agreement to the bit
 * with every published tokenizer would then hang on two Unicode versions and two dialects of
 * regular expressions; a process for it would cost more than the encoding does, and has to be
 * shipped by whoever embeds this. So the library is given only what is known to be safe: components
 * of a list that is closed, with values for which the library's code neither indexes out of bounds
 * nor multiplies the text ({@code 64} times at most); {@linkplain RegexCost regular expressions}
 * whose work is bounded; and texts so short that the bounds hold. What the library reads is written
 * anew from what was checked here, so that a file's own bytes never reach it.
 */
final class TokenizerLimits {
  private static final int MOST_GROWTH = 64;
  private static final int MOST_PARTS = 100;
  private static final int MOST_ADDED = 1 << 17;
  private static final int MOST_AFFIX = 16;
  private static final int LONGEST_ADDED = 1000;
  private static final int ALL_ADDED = 1 << 20;

  private final Map<String, Integer> ids;
  private final Part root;
  private double growth = 1;
  private int longest = RegexCost.LONGEST;
  private int parts;

  private TokenizerLimits(String origin, ObjectNode root, Map<String, Integer> ids) {
    this.root = new Part(origin, "", root);
    this.ids = ids;
  }

  /**
   * Checks a file, and completes it where older versions of the library guessed.
   *
   * @param ids each token's id
   * @return the number of characters of the longest text that may be encoded at once
   * @throws FlexoraException if the library is not known to be safe on it; names file and place
   */
  static int longestText(String origin, ObjectNode root, Map<String, Integer> ids) {
    // Neither is used here, and both would change what a text becomes.
    root.putNull("truncation").putNull("padding");
    TokenizerLimits limits = new TokenizerLimits(origin, root, ids);
    limits.model();
    limits.added();
    limits.decoder(limits.root.at("decoder"));
    limits.growth = 1;
    limits.normalizer(limits.root.at("normalizer"));
    limits.preTokenizer(limits.root.at("pre_tokenizer"));
    limits.processor(limits.root.at("post_processor"));
    return (int) (limits.longest / limits.growth);
  }

  private void added() {
    Part added = root.at("added_tokens");
    added.require(added.node().size() <= MOST_ADDED, "at most " + MOST_ADDED + " tokens");
    int all = 0;
    for (Part token : added.elements()) {
      token.require(token.node().isObject(), "a token");
      Part content = token.at("content");
      all += content.text().length();
      content.require(
          content.text().length() <= LONGEST_ADDED && all <= ALL_ADDED,
          "a text of at most %d characters, and of %d with those before it"
              .formatted(LONGEST_ADDED, ALL_ADDED));
    }
  }

  private void model() {
    Part part = root.at("model");
    if (part.at("type").absent() && part.node() instanceof ObjectNode model) {
      model.put("type", guessed(model));
    }
    switch (part.at("type").text()) {
      case "BPE" -> bpe(part);
      case "WordPiece" -> {
        uniqueIds(part.at("vocab"));
        unknown(part, false);
        affix(part.at("continuing_subword_prefix"));
        // The work of a word is the cube of its length.
        if (!part.at("max_input_chars_per_word").absent()) {
          part.at("max_input_chars_per_word").integer(0, 1000);
        }
      }
      case "WordLevel" -> {
        uniqueIds(part.at("vocab"));
        unknown(part, false);
      }
      case "Unigram" -> unigram(part);
      default -> part.at("type").require(false, "BPE, WordPiece, WordLevel or Unigram");
    }
  }

  /** What the library takes a model without a type for. */
  private static String guessed(ObjectNode model) {
    if (model.has("merges")) {
      return "BPE";
    }
    if (model.path("vocab").isArray()) {
      return "Unigram";
    }
    return model.has("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
  }

  private void bpe(Part model) {
    uniqueIds(model.at("vocab"));
    unknown(model, true);
    Part dropout = model.at("dropout");
    dropout.require(
        dropout.absent() || (dropout.node().isNumber() && dropout.node().doubleValue() == 0),
        "nothing: a text would have other tokens each time");
    Part prefix = model.at("continuing_subword_prefix");
    prefix.require(prefix.absent() || prefix.text().isEmpty(), "nothing");
    affix(model.at("end_of_word_suffix"));
    model.at("merges").elements().forEach(this::merge);
  }

  private void merge(Part merge) {
    String left;
    String right;
    if (merge.node().isTextual()) {
      String line = merge.text();
      if (line.startsWith("#version")) {
        return;
      }
      int space = line.indexOf(' ');
      merge.require(space >= 0 && line.indexOf(' ', space + 1) < 0, "two tokens and a space");
      left = line.substring(0, space);
      right = line.substring(space + 1);
    } else {
      merge.require(merge.node().isArray() && merge.node().size() == 2, "two tokens");
      left = merge.elements().get(0).text();
      right = merge.elements().get(1).text();
    }
    merge.require(
        ids.containsKey(left) && ids.containsKey(right) && ids.containsKey(left + right),
        "two tokens of the vocabulary that make a third");
  }

  private void unigram(Part model) {
    Part vocabulary = model.at("vocab");
    vocabulary.require(vocabulary.node().isArray(), "a list of tokens with scores");
    for (Part token : vocabulary.elements()) {
      token.require(
          token.node().size() == 2
              && token.node().get(0).isTextual()
              && !token.node().get(0).textValue().isEmpty()
              && token.node().get(1).isNumber()
              && Math.abs(token.node().get(1).doubleValue()) < 1e30,
          "a token with a finite score");
    }
    if (!model.at("unk_id").absent()) {
      model.at("unk_id").integer(0, vocabulary.node().size() - 1);
    }
  }

  private static void uniqueIds(Part vocabulary) {
    vocabulary.require(vocabulary.node().isObject(), "an object of tokens with ids");
    Set<Integer> seen = new HashSet<>();
    vocabulary
        .node()
        .properties()
        .forEach(
            token -> {
              if (!seen.add(token.getValue().intValue())) {
                throw vocabulary.refusal(
                    "a vocabulary in which id %s is also that of '%s'"
                        .formatted(token.getValue(), token.getKey()));
              }
            });
  }

  private void unknown(Part model, boolean optional) {
    Part unknown = model.at("unk_token");
    if (!optional || !unknown.absent()) {
      unknown.require(ids.containsKey(unknown.text()), "a token of the vocabulary");
    }
  }

  private static void affix(Part affix) {
    affix.require(
        affix.absent() || affix.text().length() <= MOST_AFFIX,
        "a text of at most " + MOST_AFFIX + " characters");
  }

  private void normalizer(Part part) {
    if (part.absent()) {
      return;
    }
    count(part);
    switch (part.at("type").text()) {
      case "Sequence" -> part.at("normalizers").elements().forEach(this::normalizer);
      case "NFC", "NFD", "NFKC", "NFKD", "Nmt", "Lowercase", "Strip", "StripAccents" -> {}
      case "Prepend" -> affix(part.at("prepend"));
      case "Replace" -> replace(part);
      case "BertNormalizer" -> grow(part, 3);
      case "ByteLevel" -> grow(part, 4);
      case "Precompiled" -> CharsMap.check(part.at("precompiled_charsmap"));
      default ->
          part.at("type")
              .require(
                  false,
                  "Sequence, NFC, NFD, NFKC, NFKD, Nmt, Lowercase, Strip, StripAccents, Prepend,"
                      + " Replace, BertNormalizer, ByteLevel or Precompiled");
    }
  }

  private void preTokenizer(Part part) {
    if (part.absent()) {
      return;
    }
    count(part);
    switch (part.at("type").text()) {
      case "Sequence" -> part.at("pretokenizers").elements().forEach(this::preTokenizer);
      case "BertPreTokenizer", "Whitespace", "WhitespaceSplit", "Punctuation", "Digits" -> {}
      case "UnicodeScripts" -> {}
      case "CharDelimiterSplit" -> character(part.at("delimiter"));
      case "Metaspace" -> {
        character(part.at("replacement"));
        grow(part, 2);
      }
      // Spaces become two bytes, and each piece may get one in front.
      case "ByteLevel" -> grow(part, 4);
      case "Split" -> pattern(part.at("pattern"));
      default ->
          part.at("type")
              .require(
                  false,
                  "Sequence, BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, Digits,"
                      + " UnicodeScripts, CharDelimiterSplit, Metaspace, ByteLevel or Split");
    }
  }

  private void processor(Part part) {
    if (part.absent()) {
      return;
    }
    count(part);
    switch (part.at("type").text()) {
      case "Sequence" -> part.at("processors").elements().forEach(this::processor);
      case "ByteLevel" -> {}
      case "BertProcessing", "RobertaProcessing" -> {
        namedId(part.at("sep"));
        namedId(part.at("cls"));
      }
      case "TemplateProcessing" -> {
        Part tokens = part.at("special_tokens");
        tokens.node().fieldNames().forEachRemaining(name -> specialToken(tokens.at(name)));
        template(part.at("single"), tokens, Set.of("A"));
        template(part.at("pair"), tokens, Set.of("A", "B"));
      }
      default ->
          part.at("type")
              .require(
                  false,
                  "Sequence, ByteLevel, BertProcessing, RobertaProcessing or TemplateProcessing");
    }
  }

  private void namedId(Part pair) {
    pair.require(pair.node().isArray() && pair.node().size() == 2, "a token and its id");
    pair.elements().get(0).text();
    known(pair.elements().get(1));
  }

  private void known(Part id) {
    id.require(
        id.node().isInt() && ids.containsValue(id.node().intValue()), "an id of the vocabulary");
  }

  private void specialToken(Part token) {
    token.elementsOf("ids").forEach(this::known);
    token.elementsOf("tokens").forEach(Part::text);
    token
        .at("tokens")
        .require(
            token.at("tokens").node().size() == token.at("ids").node().size(),
            "as many tokens as ids");
  }

  private void template(Part template, Part tokens, Set<String> sequences) {
    template.require(template.node().size() <= MOST_PARTS, "at most " + MOST_PARTS + " pieces");
    Set<String> seen = new HashSet<>();
    for (Part piece : template.elements()) {
      Part special = piece.at("SpecialToken").at("id");
      Part sequence = piece.at("Sequence").at("id");
      if (special.absent()) {
        String name = sequence.node().asText();
        piece.require(
            sequences.contains(name) && seen.add(name), "a sequence of " + sequences + ", once");
      } else {
        piece.require(tokens.node().has(special.text()), "a token of special_tokens");
      }
    }
  }

  private void decoder(Part part) {
    if (part.absent()) {
      return;
    }
    count(part);
    switch (part.at("type").text()) {
      case "Sequence" -> part.at("decoders").elements().forEach(this::decoder);
      case "ByteLevel", "WordPiece", "ByteFallback", "Fuse" -> {}
      case "BPEDecoder" -> {
        Part suffix = part.at("suffix");
        affix(suffix);
        suffix.require(suffix.absent() || !suffix.text().isEmpty(), "a text that is not empty");
      }
      case "Metaspace" -> character(part.at("replacement"));
      case "Replace" -> replace(part);
      case "Strip" -> {
        character(part.at("content"));
        part.at("start").integer(0, MOST_AFFIX);
        // The library counts below zero where a token is shorter.
        part.at("stop").integer(0, 0);
      }
      default ->
          part.at("type")
              .require(
                  false,
                  "Sequence, ByteLevel, WordPiece, BPEDecoder, ByteFallback, Fuse, Metaspace,"
                      + " Replace or Strip");
    }
  }

  private static void character(Part part) {
    part.require(
        part.absent() || part.text().codePointCount(0, part.text().length()) == 1, "one character");
  }

  private void replace(Part part) {
    int shortest = pattern(part.at("pattern"));
    int length = part.at("content").text().length();
    // A pattern that matches nothing puts its content between all characters.
    grow(part, shortest == 0 ? length + 1 : Math.max(1, (double) length / shortest));
  }

  /** Checks a pattern, and returns the length of what it matches at least. */
  private int pattern(Part pattern) {
    Part text = pattern.at("String");
    if (!text.absent()) {
      text.require(
          !text.text().isEmpty() && text.text().length() <= 1000, "a text of 1 to 1000 characters");
      return text.text().length();
    }
    Part regex = pattern.at("Regex");
    try {
      RegexCost cost = RegexCost.of(regex.text());
      longest = Math.min(longest, cost.longestText());
      return cost.shortestMatch();
    } catch (IllegalArgumentException e) {
      throw regex.refusal("a regular expression that may compute without end: " + e.getMessage());
    }
  }

  private void grow(Part part, double factor) {
    growth *= factor;
    if (growth > MOST_GROWTH) {
      throw part.refusal(
          "a step that makes a text, with those before it, longer than %d times"
              .formatted(MOST_GROWTH));
    }
  }

  private void count(Part part) {
    parts++;
    if (parts > MOST_PARTS) {
      throw part.refusal("one of more than %d components".formatted(MOST_PARTS));
    }
  }
}
