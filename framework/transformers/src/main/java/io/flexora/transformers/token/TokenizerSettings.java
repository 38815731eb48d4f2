package io.flexora.transformers.token;

import java.util.Optional;

/**
 * The user's settings of the tokenizer.
 *
 * @param maxTokens the longest sequence, in tokens
 * @param bos whether texts begin with the token of beginning
 * @param chatTemplate a chat template in place of the model's own: Jinja text, or the name {@code
 *     chatml} or {@code alpaca}
 * @param embedding the model that the tokens are for; empty if they are for none
 * @since 0.1
 */
public record TokenizerSettings(
    int maxTokens, Bos bos, Optional<String> chatTemplate, Optional<Embedding> embedding) {

  /**
   * The vectors that a model has for tokens.
   *
   * @param rows the tokens, numbered from 0, that it has one for
   * @param model where the model lies
   */
  public record Embedding(int rows, String model) {}

  /** Settings of tokens that are for no model. */
  public TokenizerSettings(int maxTokens, Bos bos, Optional<String> chatTemplate) {
    this(maxTokens, bos, chatTemplate, Optional.empty());
  }

  /**
   * Checks the length.
   *
   * @throws IllegalArgumentException if there is no room for a prompt and an answer
   */
  public TokenizerSettings {
    if (maxTokens < 2) {
      throw new IllegalArgumentException("sequences of " + maxTokens + " tokens");
    }
  }
}
