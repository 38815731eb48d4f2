package io.flexora.api.ability;

import java.util.Set;

/**
 * The options by which the next token of a generated text is sampled.
 *
 * @param maxTokens the most tokens to generate
 * @param temperature sampling temperature; 0 for the most likely token (greedy)
 * @param topP the smallest set of the most likely tokens with at least this probability is drawn
 *     from; 1 for all
 * @param seed the seed of the draws
 * @param stopTokens the tokens that end the text
 * @since 0.1
 */
public record Sampling(
    int maxTokens, double temperature, double topP, long seed, Set<Integer> stopTokens) {

  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  public Sampling {
    stopTokens = Set.copyOf(stopTokens);
    if (maxTokens < 1 || !(temperature >= 0) || !(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "max_tokens %d, temperature %s, top_p %s".formatted(maxTokens, temperature, topP));
    }
  }
}
