package io.flexora.transformers.causal;

import io.flexora.api.plugin.Option;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.util.Optional;

/**
 * The options of a causal model: its files and its computation.
 *
 * @since 0.1
 */
public record CausalOptions(
    @Option(
            doc =
                "Location of the model: a folder in Hugging Face form (config.json, tokenizer.json,"
                    + " safetensors) such as file:models/llama or hf:HuggingFaceTB/SmolLM2-135M, or"
                    + " a GGUF file such as file:models/llama.Q8_0.gguf.",
            aliases = {"model_name_or_path"})
        String source,
    @Option(doc = "Location of the tokenizer.json. Default: in the model's folder or file.")
        Optional<String> tokenizer,
    @Option(
            doc =
                "Tokens of an example that are read, answer included. Longer prompts are cut at"
                    + " their beginning; an answer is never cut.",
            byDefault = "512",
            min = 2,
            aliases = {"max_length", "cutoff_len"})
        int maxTokens,
    @Option(
            doc =
                "Type that the frozen layers compute in: float32, bf16 (weights in bf16;"
                    + " adapters, norms and loss in float32), float64 (for checks), or auto."
                    + " auto is bf16 on a GPU; on a CPU with bf16 units, the faster type in a"
                    + " short measurement of the model's products; else float32. flexora"
                    + " evaluate scores in float32 on a CPU. A resumed run keeps its type.",
            byDefault = "auto")
        ComputeChoice computeDtype,
    @Option(
            doc =
                "Prepend the beginning-of-sequence token to each text: yes, no, or auto, as in"
                    + " tokenizer.json or the metadata of a GGUF file (add_bos_token of"
                    + " tokenizer_config.json is ignored, as by transformers 5).",
            byDefault = "auto",
            aliases = {"add_bos_token"})
        Bos addBos,
    @Option(
            doc =
                "Jinja template of a conversation, or the name chatml or alpaca, in place of the"
                    + " model's own.")
        Optional<String> chatTemplate,
    @Option(
            doc =
                "Maximum number of tokens in one pass, including padding. Larger batches are"
                    + " split and their losses and gradients averaged: less memory, and the"
                    + " same numbers up to rounding, except for dropout.",
            byDefault = "1024",
            min = 1)
        int maxBatchTokens,
    @Option(
            doc =
                "Activation checkpointing: number of segments of layers, of which one at a time"
                    + " keeps its activations; the same numbers for less memory and more time. 1 to"
                    + " keep all, 0 for 1, or for one segment of each layer where weights is not"
                    + " dense.",
            byDefault = "0",
            min = 0)
        int checkpointSegments,
    @Option(
            doc =
                "How the frozen matrices lie in memory: dense, as numbers of compute_dtype; stored,"
                    + " as the checkpoint has them: the blocks of a GGUF file, the four bits of"
                    + " bitsandbytes, bf16 or float16; nf4 or int8, those of layers rounded to"
                    + " four or eight bits when they are loaded. Where they are not dense, a"
                    + " layer's are turned into numbers while it computes, forward and backward:"
                    + " less memory, more time, and with stored the same numbers.",
            byDefault = "dense")
        WeightStorage weights,
    @Option(
            doc =
                "Factor of the load-balancing loss of a mixture of experts in every loss, as"
                    + " router_aux_loss_coef of transformers with output_router_logits; of each part"
                    + " of a batch by itself. 0 to leave it out.",
            byDefault = "0",
            min = 0,
            aliases = {"moe_aux_loss_coef"})
        double routerAuxLossCoef) {

  /** The option of the routers' loss. */
  static final String ROUTER_AUX_LOSS_COEF = "router_aux_loss_coef";

  /** Options without a loss of routers. */
  public CausalOptions(
      String source,
      Optional<String> tokenizer,
      int maxTokens,
      ComputeChoice computeDtype,
      Bos addBos,
      Optional<String> chatTemplate,
      int maxBatchTokens,
      int checkpointSegments,
      WeightStorage weights) {
    this(
        source,
        tokenizer,
        maxTokens,
        computeDtype,
        addBos,
        chatTemplate,
        maxBatchTokens,
        checkpointSegments,
        weights,
        0);
  }

  /**
   * How many segments of layers recompute their activations, and unpack their matrices, one at a
   * time; 1 for none. Packed matrices that were unpacked in one pass would all stay until the
   * backward pass.
   *
   * @param layers the model's layers
   */
  public int segments(int layers) {
    int automatic = weights.packs() ? layers : 1;
    return checkpointSegments == 0 ? automatic : checkpointSegments;
  }
}
