package io.flexora.api.ability;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import java.util.Set;
import java.util.function.IntConsumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An {@link AdaptedModel} that can go on with a text.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Generate text.")
public interface TextGenerator extends ModelAbility {

  /**
   * Generates tokens one after the other.
   *
   * @param scope the owner of temporary arrays
   * @param prompt the token ids to go on from; at least one
   * @param point the parameters
   * @param sampling the choice of tokens and the end of the text
   * @param listener hears of each token as soon as it is chosen, but not of an ending one
   * @return the generated tokens, without the ending one
   */
  int[] generate(
      NDManager scope, int[] prompt, Point point, Sampling sampling, IntConsumer listener);

  /**
   * The options by which the next token of a generated text is sampled.
   *
   * @param maxTokens the most tokens to generate
   * @param temperature sampling temperature; 0 for the most likely token (greedy)
   * @param topP the smallest set of the most likely tokens with at least this probability is drawn
   *     from; 1 for all
   * @param seed the seed of the draws
   * @param stopTokens the tokens that end the text
   */
  record Sampling(
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
}
