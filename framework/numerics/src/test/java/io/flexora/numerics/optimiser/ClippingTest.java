package io.flexora.numerics.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClippingTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final NDArray gradient = NativeArrays.of(manager, new double[] {3, 0, -4});

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aLongGradientIsShortenedAndAShortOneStays() {
    assertThat(new Clipping(2.5).clip(manager, gradient, 5).toDoubleArray())
        .containsExactly(new double[] {1.5, 0, -2}, within(1e-15));
    assertThat(new Clipping(5).clip(manager, gradient, 5).toDoubleArray())
        .containsExactly(3, 0, -4);
    assertThat(Clipping.none().clip(manager, gradient, 5).toDoubleArray())
        .containsExactly(3, 0, -4);
  }

  /** The derivative of {@code c g / |g|} is {@code c (I - g gᵀ / |g|²) / |g|}. */
  @Test
  void theReverseTakesOffTheRadialPart() {
    NDArray cotangent = NativeArrays.of(manager, new double[] {1, 2, 3});
    double along = (3 * 1 - 4 * 3) / 25.0;

    assertThat(new Clipping(2.5).reverse(manager, gradient, 5, cotangent).toDoubleArray())
        .containsExactly(
            new double[] {0.5 * (1 - along * 3), 0.5 * 2, 0.5 * (3 + along * 4)}, within(1e-15));
    assertThat(new Clipping(5).reverse(manager, gradient, 5, cotangent).toDoubleArray())
        .containsExactly(1, 2, 3);
    assertThat(new Clipping(2.5).reverse(manager, gradient, 5, gradient).toDoubleArray())
        .containsExactly(new double[3], within(1e-15));
  }
}
