package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Files that are almost tokenizers: of a tokenizer's JSON, values are exchanged, deleted, repeated,
 * replaced by odd ones and by components that the library does not survive, or bytes are flipped.
 * Each number makes the same file always.
 */
final class TokenizerMutants {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String[] TYPES =
      ("Sequence BertNormalizer Strip StripAccents NFC NFD NFKC NFKD Lowercase Nmt Precompiled"
              + " Replace Prepend ByteLevel BertPreTokenizer Whitespace WhitespaceSplit"
              + " Punctuation Digits Metaspace Split UnicodeScripts CharDelimiterSplit FixedLength"
              + " TemplateProcessing BertProcessing RobertaProcessing WordPiece BPEDecoder CTC"
              + " ByteFallback Fuse BPE Unigram WordLevel Other")
          .split(" ", -1);

  private static final String[] TEXTS = {
    "", " ", "a", "▁", "\u0000", "\uD83D\uDE00", "é", "B", "<s>", "[CLS]", "$A", "##", "  ", "\n"
  };

  private static final String[] REGEXES = {
    "(a+)+$",
    "(a|a)*b",
    "(?:a|aa)+$",
    "\\s+$",
    "a*a*a*b",
    ".*.*.*x",
    "[\\s\\S]*b",
    "(\\w+\\s?)*!",
    "(.)\\1+",
    "(?<=a*)b",
    "(?=(a+))\\1b",
    "a{1,1000}{1,1000}",
    "(?:a{0,1000}){0,1000}",
    "",
    "|",
    "a||b",
    "\\b",
    "^",
    "(?!x)",
    "[",
    "(",
    "\\",
    "\\p{Nothing}",
    "[[:alpha:]]+",
    "(?i:ß)+x",
    "\\X+x",
    "\\R*\\n",
    "(?<n>a|b\\g<n>c)",
    "\\p{N}{1,3}(?=(?:\\p{N}{3})*\\b)",
    "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaaaaaa",
    "(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?(?:x|y)?z",
    "[^\\S\\s]*",
    "\\d+(?=\\D)"
  };

  private static final String[] PARTS = {
    "{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":3}",
    "{\"type\":\"Strip\",\"content\":\"▁\",\"start\":1000000,\"stop\":0}",
    "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
    "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaaaaaaaaa\"}",
    "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"a\"}",
    "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\"},\"content\":\"xyz\"}",
    "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"[\\\\s\\\\S]\"},\"content\":\"\"}",
    "{\"type\":\"Prepend\",\"prepend\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
    "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true}",
    "{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,"
        + "\"strip_accents\":true,\"lowercase\":true}",
    "{\"type\":\"NFKD\"}",
    "{\"type\":\"Lowercase\"}",
    "{\"type\":\"StripAccents\"}",
    "{\"type\":\"Nmt\"}",
    "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"ABAAAAACAAAAAA==\"}",
    "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"CAAAAAEAAAD/////YQBiAA==\"}",
    "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"\"}",
    "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\",\"split\":true}",
    "{\"type\":\"Metaspace\",\"replacement\":\"▁▁\",\"prepend_scheme\":\"first\",\"split\":false}",
    "{\"type\":\"Split\",\"pattern\":{\"String\":\"\"},\"behavior\":\"MergedWithNext\","
        + "\"invert\":true}",
    "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"a*\"},\"behavior\":\"Removed\",\"invert\":true}",
    "{\"type\":\"Punctuation\",\"behavior\":\"Contiguous\"}",
    "{\"type\":\"Digits\",\"individual_digits\":true}",
    "{\"type\":\"UnicodeScripts\"}",
    "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\"ab\"}",
    "{\"type\":\"FixedLength\",\"length\":0}",
    "{\"type\":\"BertProcessing\",\"sep\":[\"x\",4294967295],\"cls\":[\"y\",-1]}",
    "{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",2],\"cls\":[\"<s>\",0],"
        + "\"trim_offsets\":true,\"add_prefix_space\":false}",
    "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"none\","
        + "\"type_id\":0}}],\"pair\":[],\"special_tokens\":{}}",
    "{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],"
        + "\"pair\":[],\"special_tokens\":{}}",
    "{\"type\":\"TemplateProcessing\",\"single\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
        + "{\"SpecialToken\":{\"id\":\"s\",\"type_id\":0}}],\"pair\":[],\"special_tokens\":"
        + "{\"s\":{\"id\":\"s\",\"ids\":[1,2,3],\"tokens\":[]}}}",
    "{\"type\":\"WordPiece\",\"prefix\":\"\",\"cleanup\":true}",
    "{\"type\":\"CTC\",\"pad_token\":\"\",\"word_delimiter_token\":\"\",\"cleanup\":true}",
    "{\"type\":\"BPEDecoder\",\"suffix\":\"\"}",
    "{\"type\":\"ByteFallback\"}",
    "{\"type\":\"Fuse\"}",
    "{\"type\":\"Sequence\",\"decoders\":[],\"normalizers\":[],\"pretokenizers\":[],"
        + "\"processors\":[]}",
    "{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"\",0],[\"a\",1e300],[\"b\",-3]],"
        + "\"byte_fallback\":true}",
    "{\"type\":\"Unigram\",\"unk_id\":7,\"vocab\":[[\"<unk>\",0],[\"a\",-1],[\"b\",-3]]}",
    "{\"type\":\"Unigram\",\"unk_id\":null,\"vocab\":[[\"<unk>\",0],[\"a\",-1],[\"ab\",-3]]}",
    "{\"type\":\"WordPiece\",\"unk_token\":\"?\",\"continuing_subword_prefix\":\"##\","
        + "\"max_input_chars_per_word\":100000000,\"vocab\":{\"?\":0,\"a\":1,\"##a\":2}}",
    "{\"type\":\"WordLevel\",\"unk_token\":\"none\",\"vocab\":{\"?\":0,\"a\":1}}",
    "{\"type\":\"BPE\",\"continuing_subword_prefix\":\"####\",\"vocab\":{\"a\":0,\"b\":1,"
        + "\"ab\":2},\"merges\":[\"a b\"]}",
    "{\"type\":\"BPE\",\"dropout\":0.5,\"unk_token\":\"none\",\"vocab\":{\"a\":0,\"b\":4294967295,"
        + "\"ab\":2},\"merges\":[[\"a\",\"b\"]]}",
    "{\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}"
  };

  private TokenizerMutants() {}

  /** Makes the file of a number. */
  static byte[] mutant(List<byte[]> originals, long number) {
    Random random = new Random(number * 0x9e3779b97f4a7c15L);
    byte[] original = originals.get(random.nextInt(originals.size()));
    if (random.nextInt(8) == 0) {
      return flipped(original.clone(), random);
    }
    try {
      JsonNode root = JSON.readTree(original);
      for (int changes = 1 + random.nextInt(4) / 2; changes > 0; changes--) {
        change(root, random);
      }
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      // The vocabulary is most of a file: bytes at its ends are changed more often.
      int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(3000, bytes.length));
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** A place in a tree. */
  private record Place(ContainerNode<?> parent, String field, int index) {
    private JsonNode value() {
      return field != null ? parent.get(field) : parent.get(index);
    }

    private void set(JsonNode value) {
      if (parent instanceof ObjectNode object) {
        object.set(field, value);
      } else {
        ((ArrayNode) parent).set(index, value);
      }
    }

    private void remove() {
      if (parent instanceof ObjectNode object) {
        object.remove(field);
      } else {
        ((ArrayNode) parent).remove(index);
      }
    }
  }

  private static void change(JsonNode root, Random random) throws IOException {
    List<Place> places = new ArrayList<>();
    collect(root, places, random);
    if (places.isEmpty()) {
      return;
    }
    Place place = places.get(random.nextInt(places.size()));
    Place other = places.get(random.nextInt(places.size()));
    JsonNode value = place.value();
    switch (random.nextInt(10)) {
      case 0 -> place.remove();
      case 1 -> place.set(other.value().deepCopy());
      case 2 -> place.set(odd(random));
      case 3 -> place.set(JSON.readTree(PARTS[random.nextInt(PARTS.length)]));
      case 4 -> {
        String[] names = {"normalizer", "pre_tokenizer", "post_processor", "decoder", "model"};
        ((ObjectNode) root)
            .set(
                names[random.nextInt(names.length)],
                JSON.readTree(PARTS[random.nextInt(PARTS.length)]));
      }
      case 5 -> repeat((ObjectNode) root, random);
      case 6 ->
          ((ObjectNode) root)
              .putObject("pre_tokenizer")
              .put("type", "Split")
              .put("behavior", "Isolated")
              .put("invert", random.nextBoolean())
              .putObject("pattern")
              .put("Regex", REGEXES[random.nextInt(REGEXES.length)]);
      default -> place.set(near(value, random));
    }
  }

  /** A step repeated, alone or in a sequence. */
  private static void repeat(ObjectNode root, Random random) throws IOException {
    String[][] kinds = {
      {"normalizer", "normalizers"}, {"pre_tokenizer", "pretokenizers"}, {"decoder", "decoders"}
    };
    String[] kind = kinds[random.nextInt(kinds.length)];
    JsonNode step = JSON.readTree(PARTS[random.nextInt(PARTS.length)]);
    ArrayNode steps = root.putObject(kind[0]).put("type", "Sequence").putArray(kind[1]);
    for (int i = 1 << random.nextInt(7); i > 0; i--) {
      steps.add(step);
    }
  }

  private static void collect(JsonNode node, List<Place> places, Random random) {
    if (node instanceof ObjectNode object) {
      List<String> fields = new ArrayList<>();
      object.fieldNames().forEachRemaining(fields::add);
      for (int i = 0; i < fields.size(); i++) {
        // Of a vocabulary a few tokens are enough.
        if (fields.size() < 60 || random.nextInt(fields.size()) < 10) {
          places.add(new Place(object, fields.get(i), 0));
          collect(object.get(fields.get(i)), places, random);
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.size() < 60 || random.nextInt(array.size()) < 10) {
          places.add(new Place(array, null, i));
          collect(array.get(i), places, random);
        }
      }
    }
  }

  private static JsonNode odd(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
      case 2 -> JSON.getNodeFactory().numberNode(-1);
      case 3 -> JSON.getNodeFactory().numberNode(Integer.MAX_VALUE);
      case 4 -> JSON.getNodeFactory().numberNode(4294967295L);
      case 5 -> JSON.getNodeFactory().numberNode(1e308);
      case 6 -> JSON.createArrayNode();
      case 7 -> JSON.createObjectNode();
      case 8 -> JSON.getNodeFactory().numberNode(random.nextInt(100));
      case 9 -> JSON.getNodeFactory().textNode(TYPES[random.nextInt(TYPES.length)]);
      case 10 -> JSON.getNodeFactory().textNode(REGEXES[random.nextInt(REGEXES.length)]);
      default -> JSON.getNodeFactory().textNode(TEXTS[random.nextInt(TEXTS.length)]);
    };
  }

  private static JsonNode near(JsonNode value, Random random) {
    if (value.isInt()) {
      int[] others = {value.intValue() + 1, value.intValue() - 1, -value.intValue(), 1 << 25};
      return JSON.getNodeFactory().numberNode(others[random.nextInt(others.length)]);
    }
    if (value.isTextual()) {
      String text = value.textValue();
      int cut = random.nextInt(text.length() + 1);
      String[] others = {
        text + text,
        text.substring(0, cut),
        text.substring(cut),
        text + TEXTS[random.nextInt(TEXTS.length)],
        "x".repeat(1 << random.nextInt(16)),
        text.toUpperCase(Locale.ROOT)
      };
      return JSON.getNodeFactory().textNode(others[random.nextInt(others.length)]);
    }
    if (value instanceof ArrayNode array && !array.isEmpty()) {
      ArrayNode longer = array.deepCopy();
      longer.add(array.get(random.nextInt(array.size())));
      return longer;
    }
    return value.isBoolean()
        ? JSON.getNodeFactory().booleanNode(!value.booleanValue())
        : odd(random);
  }
}
