package io.flexora.numerics.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InnerProductsTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void productsAndNormsAreThoseOfTheirFormulas() {
    NDArray left = NativeArrays.of(manager, new double[] {1, -2, 0.5});
    NDArray right = NativeArrays.of(manager, new double[] {4, 0.25, 8});

    assertThat(InnerProducts.dot(left, right)).isEqualTo(4 - 0.5 + 4);
    assertThat(InnerProducts.norm(left)).isEqualTo(Math.sqrt(5.25));
  }

  /** The squares of these numbers overflow float32, and a sum in it would lose the small ones. */
  @Test
  void numbersOfFloat32AreSummedInFloat64() {
    float[] large = {1e30f, 1, 1};
    float[] numbers = new float[1 << 20];
    Arrays.fill(numbers, 0.1f);

    assertThat(InnerProducts.norm(NativeArrays.of(manager, large)))
        .isCloseTo((double) large[0], within(1e24));
    assertThat(
            InnerProducts.dot(NativeArrays.of(manager, numbers), NativeArrays.of(manager, numbers)))
        .isCloseTo((1 << 20) * (double) numbers[0] * numbers[0], within(1e-6));
  }

  @Test
  void aWorkspaceKeepsWhatItIsAskedToAndFreesTheRest() {
    NDArray outside = NativeArrays.of(manager, new double[] {1, 2});
    NDArray kept;
    NDArray copied;
    NDArray dropped;
    try (Workspace work = new Workspace(manager)) {
      NDArray shared = work.share(outside);
      dropped = shared.mul(3);
      kept = work.keep(shared.mul(2));
      copied = work.copy(outside);
    }
    outside.set(new float[] {0, 0});

    assertThat(kept.toDoubleArray()).containsExactly(2, 4);
    assertThat(copied.toDoubleArray()).containsExactly(1, 2);
    assertThat(outside.isReleased()).isFalse();
    assertThat(dropped.isReleased()).isTrue();
  }

  @Test
  void anArrayThatIsClosedIsNamed() {
    NDArray closed = NativeArrays.of(manager, new double[] {1});
    closed.close();
    try (Workspace work = new Workspace(manager)) {
      assertThatThrownBy(() -> work.share(closed)).hasMessageContaining("the array to share");
    }
  }
}
