package io.flexora.api.gradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.BiFunction;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A gradient of a batch's mean loss that can be differentiated further.
 *
 * @since 0.1
 */
@ConsumerType
public interface GradientRecord extends AutoCloseable {

  /**
   * A gradient of which nothing is kept.
   *
   * @param product computes a product, as {@link #hessianProduct}
   */
  static GradientRecord of(
      LossGradient value, BiFunction<NDManager, Direction, Direction> product) {
    return new GradientRecord() {
      @Override
      public LossGradient value() {
        return value;
      }

      @Override
      public Direction hessianProduct(NDManager scope, Direction u) {
        return product.apply(scope, u);
      }

      @Override
      public void close() {
        // Nothing is kept.
      }
    };
  }

  /** The loss and its gradient in theta and alpha. */
  LossGradient value();

  /**
   * Multiplies the Hessian at the point of the gradient with a direction; see {@link
   * io.flexora.api.model.AdaptedModel#hessianProduct}. May be asked for any number of times.
   *
   * @param scope the owner of the results
   */
  Direction hessianProduct(NDManager scope, Direction u);

  /**
   * The part of {@link #hessianProduct} in alpha alone, which may take less.
   *
   * @param scope the owner of the result
   */
  default NDArray gateProduct(NDManager scope, Direction u) {
    Direction product = hessianProduct(scope, u);
    product.theta().close();
    return product.alpha();
  }

  /** Frees what is kept for products, after which there are none; the gradient stays. */
  @Override
  void close();
}
