package io.flexora.api.input;

import io.flexora.api.data.Example;
import java.util.List;

/**
 * An example as a model sees it.
 *
 * @param example the example
 * @param ids the token ids that all choices share, up to where the first answer begins or the first
 *     two choices differ; all tokens of the text where a head classifies it
 * @param choices what follows them for each choice of the example; empty where a head classifies
 *     the text
 * @param truncated how many tokens of the prompt were cut to fit
 * @since 0.1
 */
// Token ids are bulk data, handed to native code as they are; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
public record Tokens(Example example, int[] ids, List<Continuation> choices, int truncated) {

  /** Copies the list. */
  public Tokens {
    choices = List.copyOf(choices);
  }

  /** The tokens of the prompt with the longest choice. */
  public int length() {
    return ids.length + choices.stream().mapToInt(c -> c.ids().length).max().orElse(0);
  }

  /**
   * The tokens that a model computes: the prompt once, and behind it all choices or the right one.
   *
   * @param allChoices whether all choices are looked at
   */
  public int computed(boolean allChoices) {
    if (choices.isEmpty()) {
      return ids.length;
    }
    return ids.length
        + (allChoices
            ? choices.stream().mapToInt(c -> c.ids().length).sum()
            : choices.get(example.label()).ids().length);
  }
}
