package io.flexora.transformers.token;

import io.flexora.api.input.Tokens.Continuation;
import java.util.Arrays;

/**
 * A conversation as tokens.
 *
 * @param ids the token ids, up to the last that belongs to an answer
 * @param answer for each of them whether it belongs to an answer
 */
// Bulk data; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record MarkedTokens(int[] ids, boolean[] answer) {

  /** Drops what follows the last answer. */
  MarkedTokens {
    int length = answer.length;
    while (length > 0 && !answer[length - 1]) {
      length--;
    }
    ids = Arrays.copyOf(ids, length);
    answer = Arrays.copyOf(answer, length);
  }

  /** The number of tokens in front of the first answer. */
  int first() {
    int first = 0;
    while (first < answer.length && !answer[first]) {
      first++;
    }
    return first;
  }

  /** The tokens in front of the first answer. */
  int[] prompt() {
    return Arrays.copyOf(ids, first());
  }

  /** The last answer alone, behind all that stands in front of it. */
  PromptAnswer last() {
    int first = answer.length;
    while (first > 0 && answer[first - 1]) {
      first--;
    }
    return new PromptAnswer(ids, first);
  }

  /** The tokens from the first answer on. */
  Continuation continuation() {
    int first = first();
    return new Continuation(
        Arrays.copyOfRange(ids, first, ids.length), Arrays.copyOfRange(answer, first, ids.length));
  }
}
