package io.flexora.numerics.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeArraysTest {

  // Small enough that freed memory goes to the next array, and not back to the system.
  private static final int SIZE = 4096;

  private final NDManager manager = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void otherArraysOnTheSameMemoryOutliveTheArray() {
    float[] floats = new float[SIZE];
    Arrays.fill(floats, 1);
    double[] doubles = new double[SIZE];
    Arrays.fill(doubles, 1);
    long[] longs = new long[SIZE];
    Arrays.fill(longs, 1);
    Shape shape = new Shape(2, SIZE / 2);
    List<Supplier<NDArray>> ways =
        List.of(
            () -> NativeArrays.of(manager, floats),
            () -> NativeArrays.of(manager, floats, shape),
            () -> NativeArrays.of(manager, doubles),
            () -> NativeArrays.of(manager, doubles, shape),
            () -> NativeArrays.of(manager, longs),
            () -> NativeArrays.of(manager, longs, shape),
            () -> NativeArrays.of(manager, FloatBuffer.wrap(floats), shape, DataType.FLOAT32));

    List<NDArray> views =
        ways.stream().map(Supplier::get).map(NativeArraysTest::viewAlone).toList();
    writeOverWhatIsFree();

    assertThat(views)
        .allMatch(view -> view.sum().toType(DataType.FLOAT64, false).toDoubleArray()[0] == SIZE);
  }

  @Test
  void aConversionToTheSameTypeIsACopy() {
    NDArray array = NativeArrays.of(manager, new float[] {1, 2});
    NDArray same = NativeArrays.convert(manager, array, DataType.FLOAT32);
    array.addi(1);

    assertThat(same.toFloatArray()).containsExactly(1, 2);
    assertThat(NativeArrays.convert(manager, array, DataType.FLOAT64).toDoubleArray())
        .containsExactly(2, 3);
  }

  @Test
  void numbersHaveNoDimensions() {
    assertThat(NativeArrays.of(manager, 3f).getShape()).isEqualTo(new Shape());
    assertThat(NativeArrays.of(manager, 3L).getLong()).isEqualTo(3);
  }

  private static NDArray viewAlone(NDArray array) {
    try (array) {
      return array.stopGradient();
    }
  }

  private void writeOverWhatIsFree() {
    List<NDArray> others = new ArrayList<>();
    for (int collection = 0; collection < 5; collection++) {
      System.gc();
      for (int i = 0; i < 100; i++) {
        others.add(manager.full(new Shape(SIZE), 7));
      }
    }
    others.forEach(NDArray::close);
  }
}
