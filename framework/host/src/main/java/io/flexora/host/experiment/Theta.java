package io.flexora.host.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.Seeds;

/** Turns stored parameters into those that a model computes with. */
final class Theta {

  private Theta() {}

  /** The values in the type that the model computes in. */
  static NDArray of(NDManager manager, AdaptedModel model, float[] values) {
    try (NDArray initial = model.initialTheta(manager, new Seeds(0));
        NDArray stored = manager.create(values)) {
      DataType type = initial.getDataType();
      // A conversion to the same type would share the memory of a Java buffer that is freed with
      // the stored array.
      return stored.getDataType() == type ? stored.duplicate() : stored.toType(type, false);
    }
  }
}
