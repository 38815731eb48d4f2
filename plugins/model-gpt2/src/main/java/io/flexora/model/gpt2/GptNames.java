package io.flexora.model.gpt2;

/**
 * The names of a family's modules in Hugging Face form; those of a layer are relative to it.
 *
 * @param embedding the token embedding
 * @param head the head
 * @param lastNorm the norm after the last layer
 * @param layer the layers, with the layer's index to be filled in
 * @param attentionNorm the norm before the attention
 * @param joined queries, keys and values in one matrix
 * @param output the matrix after the attention
 * @param mlpNorm the norm before the feed-forward part
 * @param up the first matrix of the feed-forward part
 * @param down its second matrix
 */
record GptNames(
    String embedding,
    String head,
    String lastNorm,
    String layer,
    String attentionNorm,
    String joined,
    String output,
    String mlpNorm,
    String up,
    String down) {

  static final GptNames GPT2 =
      new GptNames(
          "transformer.wte",
          "lm_head",
          "transformer.ln_f",
          "transformer.h.%d.",
          "ln_1",
          "attn.c_attn",
          "attn.c_proj",
          "ln_2",
          "mlp.c_fc",
          "mlp.c_proj");

  static final GptNames NEOX =
      new GptNames(
          "gpt_neox.embed_in",
          "embed_out",
          "gpt_neox.final_layer_norm",
          "gpt_neox.layers.%d.",
          "input_layernorm",
          "attention.query_key_value",
          "attention.dense",
          "post_attention_layernorm",
          "mlp.dense_h_to_4h",
          "mlp.dense_4h_to_h");

  /** The learned positions of GPT-2. */
  static final String POSITIONS = "transformer.wpe.weight";

  /**
   * The name of a module in {@code target_modules}: the last part of its path, with the part before
   * it where two modules end alike, as both projections of GPT-2 do.
   */
  String target(String module) {
    String end = module.substring(module.lastIndexOf('.') + 1);
    boolean twice = output.endsWith("." + end) && down.endsWith("." + end);
    return twice ? module : end;
  }
}
