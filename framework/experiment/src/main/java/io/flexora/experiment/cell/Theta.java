package io.flexora.experiment.cell;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;

/** Turns stored parameters into those that a model computes with. */
public final class Theta {

  private Theta() {}

  /** The values in the type that the model computes in. */
  public static NDArray of(NDManager manager, AdaptedModel model, float[] values) {
    try (NDArray initial = model.initialTheta(manager, new Seeds(0));
        NDArray stored = NativeArrays.of(manager, values)) {
      return NativeArrays.convert(manager, stored, initial.getDataType());
    }
  }
}
