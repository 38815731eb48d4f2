package io.flexora.transformers.token;

import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt and an answer as tokens.
 *
 * @param ids the tokens of both
 * @param prompt how many of them belong to the prompt
 */
// Bulk data; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
record PromptAnswer(int[] ids, int prompt) {

  /** Takes tokens out of the prompt, behind its beginning. */
  PromptAnswer without(int tokens, int beginning) {
    int[] kept = Arrays.copyOf(ids, ids.length - tokens);
    System.arraycopy(ids, beginning + tokens, kept, beginning, ids.length - beginning - tokens);
    return new PromptAnswer(kept, prompt - tokens);
  }

  /** The tokens that all have in common in front of their answers. */
  static int shared(List<PromptAnswer> wholes) {
    int[] first = wholes.get(0).ids();
    int shared = wholes.stream().mapToInt(PromptAnswer::prompt).min().orElse(0);
    for (PromptAnswer other : wholes) {
      int differs = Arrays.mismatch(first, 0, shared, other.ids(), 0, shared);
      shared = differs < 0 ? shared : differs;
    }
    return shared;
  }

  /** What follows the tokens that it shares with others. */
  Continuation behind(int shared) {
    int[] own = Arrays.copyOfRange(ids, shared, ids.length);
    boolean[] answer = new boolean[own.length];
    Arrays.fill(answer, prompt - shared, own.length, true);
    return new Continuation(own, answer);
  }

  /** An example of answers that may share tokens in front of them. */
  static Tokens example(Example example, List<PromptAnswer> wholes, int truncated) {
    int shared = shared(wholes);
    return new Tokens(
        example,
        Arrays.copyOf(wholes.get(0).ids(), shared),
        wholes.stream().map(whole -> whole.behind(shared)).toList(),
        truncated);
  }
}
