package io.flexora.api.ability;

import ai.djl.ndarray.NDManager;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plan.Point;
import io.flexora.api.plugin.Doc;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An {@link AdaptedModel} that shows the inputs of its adapted modules.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Show the inputs of its modules.")
public interface ModuleActivations extends ModelAbility {

  /**
   * Passes the inputs of all adapted modules to a visitor, layer by layer, without dropout. A layer
   * is freed before the next one is computed. A large batch may come in several parts, each with
   * all modules.
   *
   * @param scope the owner of temporary arrays
   * @param tokens the tokens of the batch that count
   */
  void activations(
      NDManager scope, Batch batch, Point point, CountedTokens tokens, ActivationVisitor visitor);
}
