package io.flexora.api.ability;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelAbility;
import io.flexora.api.plugin.Doc;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A {@link BaseModel} that shows the frozen matrices of the modules that can be adapted.
 *
 * @since 0.1
 */
@ConsumerType
@Doc("Read its frozen matrices.")
public interface FrozenMatrices extends ModelAbility {

  /**
   * A frozen weight matrix.
   *
   * @param scope the owner of the result
   * @param layer the layer, from 0
   * @param module the name of a module that can be adapted
   * @return {@code [outputs, inputs]}, float32
   * @throws io.flexora.api.run.FlexoraException if the model has no such layer or module
   */
  NDArray weight(NDManager scope, int layer, String module);

  /**
   * Whether a module adds a bias to its product.
   *
   * @param layer the layer, from 0
   * @param module the name of a module that can be adapted
   * @throws io.flexora.api.run.FlexoraException if the model has no such layer or module
   */
  boolean hasBias(int layer, String module);
}
