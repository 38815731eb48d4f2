package io.flexora.experiment.use;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns tokens into text as they come. A character may be spread over several tokens, and what a
 * token means may depend on the one before; so text is told only once it is whole, and tokens are
 * decoded together with the last that were told.
 */
final class IncrementalText {

  private static final char INCOMPLETE = '\uFFFD';

  private final Function<int[], String> decoder;
  private final Consumer<String> listener;
  private final List<Integer> ids = new ArrayList<>();
  private int context;
  private int told;

  /**
   * Makes a text without tokens.
   *
   * @param decoder the text of token ids
   * @param listener hears of each piece of text
   */
  IncrementalText(Function<int[], String> decoder, Consumer<String> listener) {
    this.decoder = decoder;
    this.listener = listener;
  }

  /** Takes the next token. */
  void add(int id) {
    ids.add(id);
    String text = text(ids.size());
    if (text.isEmpty() || text.charAt(text.length() - 1) != INCOMPLETE) {
      tell(text);
    }
  }

  /** Tells what is left, whole or not. */
  void end() {
    tell(text(ids.size()));
  }

  private void tell(String text) {
    String before = text(told);
    if (text.length() > before.length()) {
      listener.accept(text.substring(before.length()));
      context = told;
      told = ids.size();
    }
  }

  private String text(int to) {
    return decoder.apply(ids.subList(context, to).stream().mapToInt(id -> id).toArray());
  }
}
