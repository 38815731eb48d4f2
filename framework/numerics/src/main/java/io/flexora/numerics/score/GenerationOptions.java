package io.flexora.numerics.score;

import io.flexora.api.plugin.Option;
import io.flexora.api.plugin.OptionException;
import java.util.List;

/**
 * The greedy generation of texts that some metrics measure.
 *
 * @param maxNewTokens the most tokens of a text
 * @param until texts that end a text
 * @since 0.1
 */
public record GenerationOptions(
    @Option(doc = "Maximum number of tokens generated for an example.", byDefault = "256", min = 1)
        int maxNewTokens,
    @Option(
            doc =
                "Stop sequences, such as \"\\n\"; generation also stops at the model's end"
                    + " token.",
            byDefault = "[]")
        List<String> until) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if one of the texts is empty
   */
  public GenerationOptions {
    until = List.copyOf(until);
    if (until.contains("")) {
      throw OptionException.of(
          "until",
          "until: an empty text would end every generation before it begins; leave it out, or write"
              + " until: [] for none");
    }
  }
}
