package io.flexora.api.input;

import io.flexora.api.data.Example;
import java.util.List;

/**
 * An example as a model sees it.
 *
 * @param example the example
 * @param texts the texts that the head reads; without a head one, of the tokens that all choices
 *     share, up to where the first answer begins or the first two choices differ
 * @param choices the tokens of each choice of the example, which follow them; empty where there is
 *     a head
 * @param truncated the number of tokens of the texts that were cut to fit
 * @since 0.1
 */
public record Tokens(Example example, List<Text> texts, List<Continuation> choices, int truncated) {

  /**
   * What follows the tokens that all choices of an example share.
   *
   * @param ids the token ids
   * @param answer for each of them, whether it belongs to the answer: whether a loss and a score
   *     count it
   */
  // Bulk data, handed to native code as it is; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  public record Continuation(int[] ids, boolean[] answer) {

    /**
     * Checks the lengths.
     *
     * @throws IllegalArgumentException if they differ
     */
    public Continuation {
      if (ids.length != answer.length) {
        throw new IllegalArgumentException(ids.length + " tokens with " + answer.length + " marks");
      }
    }

    /** The number of tokens that belong to the answer. */
    public int answerTokens() {
      int count = 0;
      for (boolean marked : answer) {
        count += marked ? 1 : 0;
      }
      return count;
    }
  }

  /**
   * A text as a model sees it.
   *
   * @param ids the token ids
   * @param words for each word that is not cut off, the index of its first token; empty where no
   *     head reads words
   * @param second of a pair of texts, the index of the first token of the second; the number of
   *     tokens where there is none, or the model does not tell them apart
   */
  // Token ids are bulk data, handed to native code as they are; nobody compares two of these
  // records.
  @SuppressWarnings("ArrayRecordComponent")
  public record Text(int[] ids, int[] words, int second) {

    /** A single text. */
    public Text(int[] ids, int[] words) {
      this(ids, words, ids.length);
    }

    /** A single text whose words nobody reads. */
    public Text(int[] ids) {
      this(ids, new int[0]);
    }

    /** Whether the model tells a second text from the first. */
    public boolean isPair() {
      return second < ids.length;
    }
  }

  /** Copies the lists. */
  public Tokens {
    texts = List.copyOf(texts);
    choices = List.copyOf(choices);
  }

  /** An example of one text. */
  public Tokens(Example example, int[] ids, List<Continuation> choices, int truncated) {
    this(example, List.of(new Text(ids)), choices, truncated);
  }

  /** The token ids of the first text. */
  public int[] ids() {
    return texts.get(0).ids();
  }

  /** The tokens of the longest text, or of the prompt with the longest choice. */
  public int length() {
    return texts.stream().mapToInt(t -> t.ids().length).max().orElse(0)
        + choices.stream().mapToInt(c -> c.ids().length).max().orElse(0);
  }

  /**
   * The tokens that a model computes: the prompt once, and behind it all choices or the right one.
   *
   * @param allChoices whether all choices are looked at
   */
  public int computedTokens(boolean allChoices) {
    if (choices.isEmpty()) {
      return texts.stream().mapToInt(t -> t.ids().length).sum();
    }
    return ids().length
        + (allChoices
            ? choices.stream().mapToInt(c -> c.ids().length).sum()
            : choices.get(example.label()).ids().length);
  }
}
