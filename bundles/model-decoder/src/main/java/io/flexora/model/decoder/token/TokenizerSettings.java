package io.flexora.model.decoder.token;

import java.util.Optional;

/**
 * What the user says about how text is read.
 *
 * @param maxTokens the longest sequence, in tokens
 * @param bos whether texts begin with the token of beginning
 * @param chatTemplate a chat template in place of the model's own: Jinja text, or the name {@code
 *     chatml} or {@code alpaca}
 */
public record TokenizerSettings(int maxTokens, Bos bos, Optional<String> chatTemplate) {

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
