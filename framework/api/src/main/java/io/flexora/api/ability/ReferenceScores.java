package io.flexora.api.ability;

import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Scores choices by the model without adapters, which takes no second model.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Score answers as the model without adapters does.")
public interface ReferenceScores extends ModelAbility {

  /**
   * The log-likelihoods of {@link AdaptedModel#scores} without adapters.
   *
   * @param scope the owner of temporary arrays
   */
  double[][] referenceScores(NDManager scope, Batch batch);
}
