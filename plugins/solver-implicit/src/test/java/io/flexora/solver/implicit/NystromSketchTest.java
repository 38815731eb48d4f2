package io.flexora.solver.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NystromSketchTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** The smallest eigenvalue that directions show of a matrix with this diagonal. */
  private double smallest(double[] diagonal, double[]... directions) {
    return NystromSketch.take(
            manager,
            directions.length,
            direction -> NativeArrays.of(manager, diagonal).mul(direction),
            i -> NativeArrays.of(manager, directions[i]))
        .smallestShown(manager);
  }

  @Test
  void theSmallestEigenvalueIsOfThoseThatItsDirectionsShow() {
    double[] indefinite = {3, -2, 0.5, 0};

    assertThat(smallest(indefinite, new double[] {1, 1, 0, 0}, new double[] {1, -1, 0, 0}))
        .isCloseTo(2, within(1e-9));
    assertThat(smallest(indefinite, new double[] {0, 0, 2, 0})).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void whatIsZeroIsNoneOfThem() {
    double[] first = {1, 0};
    double[] second = {0, 1};

    assertThat(smallest(new double[] {3, 0}, first, second)).isCloseTo(3, within(1e-9));
    assertThat(smallest(new double[] {0, 0}, first, second)).isZero();
  }
}
