package io.flexora.numerics.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.numerics.layer.LayerMask;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Learning-rate factors of the slices of theta.
 *
 * @since 0.1
 */
public final class RateMultipliers {

  private RateMultipliers() {}

  /**
   * Spreads a factor for each slice over its elements.
   *
   * @param scope the owner of the result
   * @param type the type of theta
   * @return {@code [parameters]}; empty if every factor is 1
   */
  public static Optional<NDArray> of(
      NDManager scope, ParameterIndex index, DataType type, ToDoubleFunction<Slice> factor) {
    if (index.slices().stream().allMatch(s -> factor.applyAsDouble(s) == 1)) {
      return Optional.empty();
    }
    return Optional.of(LayerMask.of(scope, index, type, factor));
  }

  /**
   * Gives the adapters' parameters the factors that their method names, and the head one of its
   * own.
   *
   * @param headRatio the head's learning rate over that of the adapters
   */
  public static Optional<NDArray> of(
      NDManager scope, ParameterIndex index, DataType type, double headRatio) {
    return of(
        scope,
        index,
        type,
        slice ->
            slice.owner() instanceof Slice.Adapter adapter
                ? adapter.parameter().learningRateFactor()
                : headRatio);
  }
}
