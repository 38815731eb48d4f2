package io.flexora.numerics.score;

import io.flexora.api.plugin.Option;
import java.util.List;

/**
 * How the texts are generated that some metrics measure: the most likely token each time.
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

  /** Copies the list. */
  public GenerationOptions {
    until = List.copyOf(until);
  }
}
