package io.flexora.api.ability;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationTokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
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

  /**
   * Measures what the layers do to some tokens of a batch, without dropout. By default all tokens
   * count, as where a head classifies texts; a model that learns answers leaves out what is none.
   *
   * @param scope the owner of temporary arrays
   * @param tokens the tokens that count
   */
  default LayerActivity activity(
      NDManager scope, Batch batch, Point point, ActivationTokens tokens) {
    return activity(scope, batch, point);
  }
}
