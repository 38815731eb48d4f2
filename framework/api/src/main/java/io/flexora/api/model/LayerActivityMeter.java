package io.flexora.api.model;

import ai.djl.ndarray.NDManager;
import io.flexora.api.plugin.Doc;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An {@link AdaptedModel} that measures what its layers do to tokens.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Measure the activity of its layers.")
public interface LayerActivityMeter extends ModelAbility {

  /**
   * Measures what the layers do to the tokens of a batch, without dropout.
   *
   * @param scope the owner of temporary arrays
   */
  LayerActivity activity(NDManager scope, Batch batch, Point point);
}
