package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.AdapterChange.PlainLora;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A matrix whose singular values are 5, 4 and 3, between rotations of its sides. */
class LowRankApproximationTest {

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());
  private final LowRankApproximation approximation = new LowRankApproximation(manager);

  @AfterEach
  void close() {
    approximation.close();
    manager.close();
  }

  /** A rotation of the plane of two coordinates. */
  private NDArray turned(NDArray matrix, boolean rows, int first, int second, double angle) {
    int size = (int) matrix.getShape().get(rows ? 0 : 1);
    NDArray rotation = manager.eye(size, size, 0, DataType.FLOAT64);
    double[] values = rotation.toDoubleArray();
    values[first * size + first] = Math.cos(angle);
    values[second * size + second] = Math.cos(angle);
    values[first * size + second] = -Math.sin(angle);
    values[second * size + first] = Math.sin(angle);
    NDArray turn = manager.create(values, new Shape(size, size));
    return rows ? turn.matMul(matrix) : matrix.matMul(turn);
  }

  private NDArray matrix() {
    NDArray diagonal =
        manager.create(
            new double[] {5, 0, 0, 0, 0, 4, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0},
            new Shape(5, 4));
    NDArray rows = turned(turned(diagonal, true, 0, 3, 0.7), true, 1, 4, 1.1);
    return turned(turned(rows, false, 0, 2, 0.4), false, 1, 3, 2.0);
  }

  private double error(NDArray matrix, PlainLora lora) {
    return approximation.squares(manager, matrix, lora).relativeError();
  }

  @Test
  void keepsTheLargestSingularValues() {
    NDArray matrix = matrix();
    PlainLora one = approximation.ofMatrix(manager, matrix, OptionalInt.of(1), 0);
    PlainLora two = approximation.ofMatrix(manager, matrix, OptionalInt.of(2), 0);

    assertThat(one.a().getShape()).isEqualTo(new Shape(1, 4));
    assertThat(one.b().getShape()).isEqualTo(new Shape(5, 1));
    // Eckart and Young: what is missing is the rest of the singular values.
    assertThat(error(matrix, one)).isCloseTo(Math.sqrt(25.0 / 50), within(1e-7));
    assertThat(error(matrix, two)).isCloseTo(Math.sqrt(9.0 / 50), within(1e-7));
  }

  @Test
  void takesTheLeastRankThatTheToleranceAllows() {
    NDArray matrix = matrix();
    PlainLora whole = approximation.ofMatrix(manager, matrix, OptionalInt.empty(), 1e-6);
    PlainLora rough = approximation.ofMatrix(manager, matrix, OptionalInt.empty(), 0.5);

    assertThat(whole.a().getShape().get(0)).isEqualTo(3);
    assertThat(error(matrix, whole)).isLessThan(2e-7);
    assertThat(rough.a().getShape().get(0)).isEqualTo(2);
    assertThat(approximation.ofMatrix(manager, matrix, OptionalInt.of(99), 0).a().getShape().get(0))
        .isEqualTo(4);
  }

  @Test
  void aProductIsCutWithoutItsMatrix() {
    NDArray matrix = matrix();
    // Rank 5 as it is written: more columns than it needs.
    PlainLora longer = new PlainLora(matrix, manager.eye(5, 5, 0, DataType.FLOAT64));
    PlainLora cut = approximation.ofProduct(manager, longer, 2);
    PlainLora same = approximation.ofMatrix(manager, matrix, OptionalInt.of(2), 0);

    assertThat(cut.b().matMul(cut.a()).sub(same.b().matMul(same.a())).norm().toFloatArray()[0])
        .isLessThan(1e-6f);
    assertThat(error(matrix, cut)).isCloseTo(Math.sqrt(9.0 / 50), within(1e-7));
  }

  @Test
  void nothingIsTheProductOfNothing() {
    NDArray zeros = manager.zeros(new Shape(5, 4), DataType.FLOAT64);
    PlainLora lora = approximation.ofMatrix(manager, zeros, OptionalInt.empty(), 1e-6);

    assertThat(lora.a().getShape().get(0)).isEqualTo(1);
    assertThat(error(zeros, lora)).isZero();
  }
}
