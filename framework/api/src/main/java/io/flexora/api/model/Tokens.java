package io.flexora.api.model;

import io.flexora.api.data.Example;
import java.util.List;

/**
 * An example as a model sees it.
 *
 * @param example the example
 * @param ids the token ids of the prompt; all tokens of the text where a head classifies it
 * @param choiceIds the token ids of each choice; empty where a head classifies the text
 * @param truncated how many tokens of the prompt were cut to fit
 * @since 0.1
 */
// Token ids are bulk data, handed to native code as they are; nobody compares two of these records.
@SuppressWarnings("ArrayRecordComponent")
public record Tokens(Example example, int[] ids, List<int[]> choiceIds, int truncated) {

  /** Copies the list. */
  public Tokens {
    choiceIds = List.copyOf(choiceIds);
  }

  /** The tokens of the prompt with the longest choice. */
  public int length() {
    return ids.length + choiceIds.stream().mapToInt(c -> c.length).max().orElse(0);
  }
}
