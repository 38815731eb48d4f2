package io.flexora.solver.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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

  /** Its two directions show all of diag(1, 1e-8): q is b over the entries with the shift. */
  private double[] solved(DataType type, double shift) {
    NDArray diagonal = vector(type, 1, 1e-8);
    return NystromSketch.take(
            manager,
            2,
            direction -> diagonal.mul(direction),
            i -> i == 0 ? vector(type, 1, 0) : vector(type, 0, 1))
        .solve(manager, vector(type, 1, 1), shift)
        .toType(DataType.FLOAT64, false)
        .toDoubleArray();
  }

  private NDArray vector(DataType type, double... values) {
    return NativeArrays.convert(manager, NativeArrays.of(manager, values), type);
  }

  @Test
  void aSmallEigenvalueThatFloat64ResolvesIsPartOfTheSolution() {
    double[] q = solved(DataType.FLOAT64, 1e-6);

    assertThat(q[0]).isCloseTo(1 / (1 + 1e-6), within(1e-8));
    assertThat(q[1]).isCloseTo(1 / (1e-8 + 1e-6), within(1e-6));
  }

  /** Squared, the entries are as far apart as float64 resolves. */
  @Test
  void aColumnThatIsSmallBesideAnotherIsPartOfTheSolution() {
    assertThat(solved(DataType.FLOAT64, 1e-8)[1]).isCloseTo(5e7, within(1e-6));
  }

  @Test
  void directionsThatAreNearlyParallelShowAllOfTheirPlane() {
    NDArray diagonal = vector(DataType.FLOAT64, 1, 0.5);
    double[] q =
        NystromSketch.take(
                manager,
                2,
                direction -> diagonal.mul(direction),
                i -> vector(DataType.FLOAT64, 1, i * 1e-9))
            .solve(manager, vector(DataType.FLOAT64, 1, 1), 0.1)
            .toDoubleArray();

    assertThat(q).containsExactly(new double[] {1 / 1.1, 1 / 0.6}, within(1e-13));
  }

  /** The two entries are further apart than float32 resolves, so that the second one is none. */
  @Test
  void whatFloat32DoesNotResolveIsLeftOut() {
    assertThat(solved(DataType.FLOAT32, 1e-6)[1]).isCloseTo(1e6, within(0.1));
  }

  @Test
  void whatIsZeroIsNoneOfThem() {
    double[] first = {1, 0};
    double[] second = {0, 1};

    assertThat(smallest(new double[] {3, 0}, first, second)).isCloseTo(3, within(1e-9));
    assertThat(smallest(new double[] {0, 0}, first, second)).isZero();
  }
}
