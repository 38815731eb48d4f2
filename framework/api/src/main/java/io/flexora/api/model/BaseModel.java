package io.flexora.api.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A frozen pretrained model. Its weights are loaded once and shared by all adapted models made from
 * it; nothing changes them.
 *
 * @since 0.1
 */
@ConsumerType
public interface BaseModel extends AutoCloseable {

  /** What the model looks like. */
  ModelShape shape();

  /** The manager that the model computes with; scopes for its calls are made from it. */
  NDManager manager();

  /**
   * Computes the pooled representation of texts, which a head reads, without an adapter.
   *
   * @param scope the owner of the result
   * @return {@code [texts, hidden]}
   * @throws UnsupportedOperationException if the model has no such representation
   */
  NDArray embed(NDManager scope, List<Tokens> texts);

  /**
   * Puts adapters and a head on the model. Cheap: no weights are copied.
   *
   * @throws io.flexora.api.run.FlexoraException if the plan names a layer or module that the model
   *     does not have, or something that this backend cannot train
   */
  AdaptedModel adapt(AdapterPlan plan);

  /**
   * A frozen weight matrix.
   *
   * @param scope the owner of the result
   * @param layer the layer, from 0
   * @param module the name of a module that can be adapted
   * @return {@code [outputs, inputs]}, float32
   * @throws UnsupportedOperationException if the model does not show its weights
   */
  default NDArray weight(NDManager scope, int layer, String module) {
    throw new UnsupportedOperationException("this model does not show its weights");
  }

  /** Frees the weights. */
  @Override
  void close();
}
