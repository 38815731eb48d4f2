package io.flexora.api.input;

/**
 * What follows the tokens that all choices of an example share.
 *
 * @param ids the token ids
 * @param answer for each of them, whether it belongs to the answer: whether a loss and a score
 *     count it
 * @since 0.1
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
