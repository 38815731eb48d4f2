package io.flexora.api.ability;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
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
}
