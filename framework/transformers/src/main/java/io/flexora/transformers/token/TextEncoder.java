package io.flexora.transformers.token;

import io.flexora.api.run.IncompatibleOptionException;
import java.util.Arrays;
import java.util.Optional;

/** Turns texts into token ids, the token of beginning in front where the model wants it. */
final class TextEncoder {
  private final NativeTokenizer tokenizer;
  private final int[] prefix;
  private final Optional<SpecialToken> first;

  TextEncoder(NativeTokenizer tokenizer, TokenizerDefinition definition, Bos bos) {
    this.tokenizer = tokenizer;
    this.first = definition.bos().or(definition::eos);
    this.prefix = prefix(tokenizer, definition, bos);
  }

  private static int[] prefix(NativeTokenizer tokenizer, TokenizerDefinition definition, Bos bos) {
    int[] own = definition.bos().stream().mapToInt(SpecialToken::id).toArray();
    if (bos == Bos.YES && own.length == 0) {
      throw new IncompatibleOptionException(
          "add_bos",
          definition.origin()
              + " has no token of beginning (bos_token), but add_bos is yes. Say auto or no");
    }
    return switch (bos) {
      case YES -> own;
      case NO -> new int[0];
      case AUTO ->
          definition.addBos().map(add -> add ? own : new int[0]).orElseGet(tokenizer::ownPrefix);
    };
  }

  /**
   * The ids of a text, the token of beginning in front if the model wants it and the text does not
   * begin with it.
   */
  int[] ids(String text) {
    return beginsItself(text) ? tokenizer.ids(text) : join(prefix, tokenizer.ids(text));
  }

  /** The ids of a text alone. */
  int[] bare(String text) {
    return tokenizer.ids(text);
  }

  /** What is put in front of a text: nothing if the text begins with it itself. */
  int[] prefixOf(String text) {
    return beginsItself(text) ? new int[0] : prefix.clone();
  }

  /** The number of tokens at the beginning that are kept where a text is cut from the left. */
  int beginning(int[] ids) {
    if (prefix.length > 0 && startsWith(ids, prefix)) {
      return prefix.length;
    }
    return first.isPresent() && ids.length > 0 && ids[0] == first.get().id() ? 1 : 0;
  }

  /** The token that stands in front of an answer without a prompt: of beginning, else of end. */
  Optional<SpecialToken> first() {
    return first;
  }

  private boolean beginsItself(String text) {
    return first
        .map(SpecialToken::text)
        .filter(t -> !t.isEmpty() && text.startsWith(t))
        .isPresent();
  }

  private static boolean startsWith(int[] ids, int[] beginning) {
    return ids.length >= beginning.length
        && Arrays.equals(ids, 0, beginning.length, beginning, 0, beginning.length);
  }

  static int[] join(int[] head, int[] tail) {
    int[] joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    return joined;
  }
}
