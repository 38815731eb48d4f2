package io.flexora.transformers.token;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.text.WellFormedText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The tokenizer that a {@code tokenizer.json} describes, in native code. What native code does not
 * survive is kept from it: see {@link TokenizerLimits}.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
  private static final String REMEDY = "Shorten it, or leave it out";

  private final String origin;
  private final int longestText;
  private final HuggingFaceTokenizer tokenizer;
  private final int[] anchor;

  private NativeTokenizer(TokenizerJson json, HuggingFaceTokenizer tokenizer) {
    this.origin = json.origin();
    this.longestText = json.longestText();
    this.tokenizer = tokenizer;
    this.anchor = ids("a");
  }

  /**
   * Opens a tokenizer.
   *
   * @param json a {@code tokenizer.json} that was checked
   * @throws FlexoraException if it is no tokenizer
   */
  static NativeTokenizer open(TokenizerJson json) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // The native library is looked for through the context class loader.
    thread.setContextClassLoader(HuggingFaceTokenizer.class.getClassLoader());
    try {
      return new NativeTokenizer(
          json, HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json.bytes()), OPTIONS));
    } catch (IOException | RuntimeException e) {
      throw new FlexoraException(
          "%s is not a tokenizer: %s. Take the file that was published with the model"
              .formatted(json.origin(), e.getMessage()),
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * The token ids of a text, without special tokens around it.
   *
   * @throws FlexoraException if the text is too long, or the tokenizer has no tokens for it
   */
  int[] ids(String text) {
    String read = readable(text);
    return told(
        () -> {
          // Of an Encoding only the ids are needed, and to fetch the rest takes most of the time.
          long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), read, false);
          try {
            return ids(TokenizersLibrary.LIB.getTokenIds(encoding));
          } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
          }
        });
  }

  /** What the library says, told as the file's. */
  private <T> T told(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw new FlexoraException(
          "%s does not fit the text: %s".formatted(origin, e.getMessage()), e);
    }
  }

  /** The tokens of a text with their places in it. */
  Encoded encode(String text) {
    Encoding encoding = encoding(text, false);
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] starts = new int[spans.length];
    int[] ends = new int[spans.length];
    int[] offsets = offsets(text);
    int last = offsets.length - 1;
    for (int i = 0; i < spans.length; i++) {
      // A token of nothing in the text stands behind the one before it.
      int before = i == 0 ? 0 : ends[i - 1];
      starts[i] = spans[i] == null ? before : offsets[Math.min(spans[i].getStart(), last)];
      ends[i] = spans[i] == null ? before : offsets[Math.min(spans[i].getEnd(), last)];
    }
    return new Encoded(ids(encoding.getIds()), starts, ends);
  }

  /** The token ids of a text, with the special tokens that the tokenizer puts around it. */
  int[] withSpecialTokens(String text) {
    return ids(encoding(text, true).getIds());
  }

  /**
   * A pair of texts with the special tokens that the tokenizer puts around and between them. Where
   * they are too long together, the longer one is cut first, as the tokenizers library does.
   *
   * @param most the most tokens of all
   * @throws FlexoraException if a text is too long to be read at once, or the tokenizer does not
   *     keep the tokens of the texts apart
   */
  Pair pair(String first, String second, int most) {
    int[] a = ids(first);
    int[] b = ids(second);
    String readFirst = readable(first);
    String readSecond = readable(second);
    Encoding both = told(() -> tokenizer.encode(readFirst, readSecond, true, false));
    int[] all = ids(both.getIds());
    int[] types = ids(both.getTypeIds());
    int front = ownPrefix().length;
    int special = all.length - a.length - b.length;
    int rest = special - front - tokensBehind();
    int start = front + a.length + rest;
    if (rest < 0
        || !Arrays.equals(all, front, front + a.length, a, 0, a.length)
        || !Arrays.equals(all, start, start + b.length, b, 0, b.length)) {
      throw new FlexoraException(
          "%s has no form for a pair of texts; take a task with one text".formatted(origin));
    }
    int[] kept = kept(a.length, b.length, Math.max(0, most - special));
    boolean told = types[start] != types[front];
    int[] whole =
        Stream.of(
                Arrays.stream(all, 0, front + kept[0]),
                Arrays.stream(all, front + a.length, start + kept[1]),
                Arrays.stream(all, start + b.length, all.length))
            .flatMapToInt(part -> part)
            .toArray();
    return new Pair(whole, told ? front + kept[0] + rest : whole.length, all.length - whole.length);
  }

  /**
   * A pair of texts as tokens.
   *
   * @param second the index of the first token of the second text; the number of tokens where the
   *     tokenizer does not tell the two apart
   * @param cut the number of tokens that were cut
   */
  // Bulk data; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  record Pair(int[] ids, int second, int cut) {}

  /** The kept lengths of two texts, of which the longer one is cut first. */
  static int[] kept(int first, int second, int most) {
    int shorter = Math.min(first, second);
    int longer = Math.min(Math.max(first, second), Math.max(shorter, most - shorter));
    if (shorter + longer > most) {
      shorter = most / 2;
      longer = shorter + most % 2;
    }
    return first <= second ? new int[] {shorter, longer} : new int[] {longer, shorter};
  }

  /** What the tokenizer itself puts in front of every text. */
  int[] ownPrefix() {
    for (String probe : List.of("a", "0", ".", " ")) {
      int[] bare = ids(probe);
      int[] whole = withSpecialTokens(probe);
      for (int from = 0; bare.length > 0 && from + bare.length <= whole.length; from++) {
        if (Arrays.equals(whole, from, from + bare.length, bare, 0, bare.length)) {
          return Arrays.copyOf(whole, from);
        }
      }
    }
    return new int[0];
  }

  /** How many tokens the tokenizer itself puts behind every text. */
  int tokensBehind() {
    return withSpecialTokens("").length - ids("").length - ownPrefix().length;
  }

  /** The text of a token by itself, be it a special one. */
  String token(int id) {
    return told(() -> tokenizer.decode(new long[] {id}, false));
  }

  /** The text of token ids, without special tokens. */
  String text(int[] ids) {
    long[] all = Arrays.stream(ids).asLongStream().toArray();
    return told(() -> tokenizer.decode(all, true));
  }

  /** The text of token ids that go on from others: the space in front of a first word is kept. */
  String goingOn(int[] ids) {
    String before = text(anchor);
    String whole = text(TextEncoder.join(anchor, ids));
    return whole.startsWith(before) ? whole.substring(before.length()) : text(ids);
  }

  private Encoding encoding(String text, boolean specialTokens) {
    String read = readable(text);
    return told(() -> tokenizer.encode(read, specialTokens, false));
  }

  private static int[] ids(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /** As much of a text, from its beginning, as may be encoded at once. */
  String beginning(String text) {
    return text.substring(0, Math.min(longestText, beforeLongSpace(text)));
  }

  /** The text as native code may read it. */
  private String readable(String text) {
    if (text.length() > longestText) {
      throw new FlexoraException(
          "a text of %d characters is longer than the %d that %s may read at once. %s"
              .formatted(text.length(), longestText, origin, REMEDY));
    }
    int end = beforeLongSpace(text);
    if (end < text.length()) {
      throw new FlexoraException(
          "a text has more than %d characters of white space in a row, before character %d. %s"
              .formatted(RegexCost.LONGEST_SPACE, end, REMEDY));
    }
    return WellFormedText.of(text);
  }

  /** How long a text is up to where a run of white space has become too long. */
  private static int beforeLongSpace(String text) {
    if (text.length() <= RegexCost.LONGEST_SPACE) {
      return text.length();
    }
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      run = Character.isWhitespace(text.charAt(i)) ? run + 1 : 0;
      if (run > RegexCost.LONGEST_SPACE) {
        return i;
      }
    }
    return text.length();
  }

  /** For each code point of a text, and for its end, the index of its first character. */
  private static int[] offsets(String text) {
    return IntStream.concat(
            IntStream.range(0, text.length()).filter(i -> i == 0 || !splitsPair(text, i)),
            IntStream.of(text.length()))
        .toArray();
  }

  private static boolean splitsPair(String text, int index) {
    return Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
