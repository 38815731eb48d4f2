package io.flexora.api.model;

import ai.djl.ndarray.NDManager;
import io.flexora.api.plan.AdapterPlan;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A frozen pretrained model. Its weights are loaded once and shared by all adapted models made from
 * it; nothing changes them. Adapted models may compute at the same time, each in a thread of its
 * own. What else a model can do is a {@link ModelAbility}.
 *
 * @since 0.1
 */
@ConsumerType
public interface BaseModel extends HasAbilities, AutoCloseable {

  /** What the model looks like. */
  ModelShape shape();

  /** The manager that the model computes with; scopes for its calls are made from it. */
  NDManager manager();

  /**
   * Puts adapters and a head on the model. Cheap: no weights are copied.
   *
   * @throws io.flexora.api.run.FlexoraException if the plan names a layer or module that the model
   *     does not have, or something that this backend cannot train
   */
  AdaptedModel adapt(AdapterPlan plan);

  /** Frees the weights. */
  @Override
  void close();
}
