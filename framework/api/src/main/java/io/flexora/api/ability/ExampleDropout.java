package io.flexora.api.ability;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An {@link AdaptedModel} that scores examples together, each with dropout masks of its own.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Score examples of a batch with dropout masks of their own.")
public interface ExampleDropout extends ModelAbility {

  /**
   * Scores the choices of each example under the masks of its seed: those that {@link
   * AdaptedModel#scores} draws at {@link Point#withDropout} of that seed where the example is alone
   * in a batch. The scores are the same, too, but for rounding.
   *
   * @param scope the owner of temporary arrays
   * @param point a point outside of a training
   * @param seeds one for each example of the batch
   * @return for each example, the score of each of its choices
   * @throws IllegalArgumentException if there are not as many seeds as examples
   */
  double[][] scores(NDManager scope, Batch batch, Point point, long[] seeds);
}
