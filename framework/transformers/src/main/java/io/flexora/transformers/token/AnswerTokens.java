package io.flexora.transformers.token;

import java.util.Arrays;

/**
 * A prompt and an answer as tokens.
 *
 * @param ids the tokens of both
 * @param prompt how many of them belong to the prompt
 */
// Bulk data; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record AnswerTokens(int[] ids, int prompt) {

  /** Takes tokens out of the prompt, behind its beginning. */
  AnswerTokens without(int tokens, int beginning) {
    int[] kept = Arrays.copyOf(ids, ids.length - tokens);
    System.arraycopy(ids, beginning + tokens, kept, beginning, ids.length - beginning - tokens);
    return new AnswerTokens(kept, prompt - tokens);
  }
}
