package io.flexora.transformers.token;

/**
 * The use of the tokenizer's token of beginning.
 *
 * @since 0.1
 */
public enum Bos {
  /** As the model's own tokenizer does. */
  AUTO,
  /** Always. */
  YES,
  /** Never, but for what a chat template writes itself. */
  NO
}
