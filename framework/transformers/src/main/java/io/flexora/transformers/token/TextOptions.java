package io.flexora.transformers.token;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/**
 * The options of an encoder's texts.
 *
 * @since 0.1
 */
public record TextOptions(
    @Option(
            doc =
                "Location of the tokenizer.json. Default: MODEL-tokenizer.json or"
                    + " tokenizer.json next to the model.")
        Optional<String> tokenizer,
    @Option(
            doc =
                "Maximum number of tokens of a text, including special tokens; longer texts are"
                    + " truncated.",
            byDefault = "128",
            min = 2,
            aliases = {"max_length", "cutoff_len"})
        int maxTokens,
    @Option(
            doc =
                "Pooling of the head's input: the first token's state, or the mean over the"
                    + " tokens.",
            byDefault = "cls")
        Pooling pooling) {

  /** The pooling of a text's states into one vector. */
  public enum Pooling {
    /** The state of the first token. */
    CLS,
    /** The mean over the text's tokens. */
    MEAN
  }
}
