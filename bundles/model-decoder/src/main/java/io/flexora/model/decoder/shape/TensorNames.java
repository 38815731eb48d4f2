package io.flexora.model.decoder.shape;

import java.util.List;

/**
 * The names of a decoder's modules in Hugging Face form; those of a layer are relative to it.
 *
 * @param attentionNorm the norm before the attention
 * @param attention q, k and v, or the one matrix that they are
 * @param queryNorm the norm of queries
 * @param keyNorm the norm of keys
 * @param output the matrix after the attention
 * @param attentionAfter the norm of what the attention puts out
 * @param mlpNorm the norm before the feed-forward part
 * @param mlp gate and up, or the one matrix that they are, or up alone; of an expert with its index
 *     to be filled in, or without it where all experts are one tensor
 * @param down the last matrix of the feed-forward part
 * @param mlpAfter the norm of what the feed-forward part puts out
 * @param lastNorm the norm after the last layer
 * @param router the matrix that chooses experts
 */
public record TensorNames(
    String attentionNorm,
    List<String> attention,
    String queryNorm,
    String keyNorm,
    String output,
    String attentionAfter,
    String mlpNorm,
    List<String> mlp,
    String down,
    String mlpAfter,
    String lastNorm,
    String router) {

  /** The token embeddings. */
  public static final String EMBEDDING = "model.embed_tokens";

  /** The head. */
  public static final String HEAD = "lm_head";

  /** The layers, with the layer's index to be filled in. */
  public static final String LAYER = "model.layers.%d.";

  /** The names that most families have. */
  public static final TensorNames LLAMA =
      new TensorNames(
          "input_layernorm",
          List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
          "self_attn.q_norm",
          "self_attn.k_norm",
          "self_attn.o_proj",
          "",
          "post_attention_layernorm",
          List.of("mlp.gate_proj", "mlp.up_proj"),
          "mlp.down_proj",
          "",
          "model.norm",
          "");

  /** The same with other norms of the feed-forward part, and norms of what parts put out. */
  public TensorNames withNorms(String attentionAfter, String mlpNorm, String mlpAfter) {
    return new TensorNames(
        attentionNorm,
        attention,
        queryNorm,
        keyNorm,
        output,
        attentionAfter,
        mlpNorm,
        mlp,
        down,
        mlpAfter,
        lastNorm,
        router);
  }

  /** The same with other norms of queries and keys. */
  public TensorNames withHeadNorms(String queryNorm, String keyNorm) {
    return new TensorNames(
        attentionNorm,
        attention,
        queryNorm,
        keyNorm,
        output,
        attentionAfter,
        mlpNorm,
        mlp,
        down,
        mlpAfter,
        lastNorm,
        router);
  }

  /** The same with other matrices. */
  public TensorNames withMatrices(
      List<String> attention, String output, List<String> mlp, String down) {
    return new TensorNames(
        attentionNorm,
        attention,
        queryNorm,
        keyNorm,
        output,
        attentionAfter,
        mlpNorm,
        mlp,
        down,
        mlpAfter,
        lastNorm,
        router);
  }

  /** The same with experts. */
  public TensorNames withExperts(String router, List<String> mlp, String down) {
    return new TensorNames(
        attentionNorm,
        attention,
        queryNorm,
        keyNorm,
        output,
        attentionAfter,
        mlpNorm,
        mlp,
        down,
        mlpAfter,
        lastNorm,
        router);
  }

  /** The same with another last norm. */
  public TensorNames withLastNorm(String lastNorm) {
    return new TensorNames(
        attentionNorm,
        attention,
        queryNorm,
        keyNorm,
        output,
        attentionAfter,
        mlpNorm,
        mlp,
        down,
        mlpAfter,
        lastNorm,
        router);
  }

  /** Whether all experts of a layer are one tensor, gate and up in one. */
  public boolean stacksExperts() {
    return !router.isEmpty() && !down.contains("%d");
  }

  /** The last part of a module's name, by which adapters know it. */
  public static String simple(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }
}
