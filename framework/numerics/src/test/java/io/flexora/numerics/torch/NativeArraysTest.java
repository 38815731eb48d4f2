package io.flexora.numerics.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

  @Test
  void anArrayThatIsFreedIsRefusedWithThePlaceWhereItWasFreed() {
    NDArray array = NativeArrays.of(manager, new float[] {1, 2});
    free(array);

    assertThatThrownBy(() -> NativeArrays.convert(manager, array, DataType.FLOAT64))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the array to convert was freed before it was used")
        .satisfies(e -> assertThat(e.getCause().getStackTrace()).anyMatch(isMethod("free")));
  }

  @Test
  void anArgumentThatIsFreedWithItsManagerIsRefusedWithThePlaceWhereThatWasClosed() {
    NDManager scope = manager.newSubManager();
    NDArray freed = NativeArrays.of(scope, new float[] {1, 2});
    closeScope(scope);
    Arguments arguments =
        new Arguments(manager)
            .with("x", NativeArrays.of(manager, 1f))
            .with("ys", List.of(freed))
            .with("n", 1);

    assertThatThrownBy(() -> summing().call("repeated", arguments))
        .hasMessageContaining("argument 'ys' of repeated was freed before it was used")
        .satisfies(e -> assertThat(e.getCause().getStackTrace()).anyMatch(isMethod("closeScope")));
  }

  @Test
  void anArrayThatAnotherThreadFreesDuringACallIsReadToTheEndAndNamed() throws Exception {
    TorchScript script = summing();
    for (int i = 0; i < 20; i++) {
      List<NDArray> arrays =
          Stream.generate(() -> manager.full(new Shape(SIZE), 1)).limit(20).toList();
      Arguments arguments =
          new Arguments(manager)
              .with("x", NativeArrays.of(manager, 0f))
              .with("ys", arrays)
              .with("n", 3_000);
      Thread other = new Thread(() -> freeSoon(arrays));
      other.start();
      assertThatThrownBy(() -> script.call("repeated", arguments))
          .hasMessageContaining("argument 'ys' of repeated was freed")
          .satisfies(e -> assertThat(e.getCause().getStackTrace()).anyMatch(isMethod("freeSoon")));
      other.join();
    }
  }

  @Test
  void toFreeTwiceIsToFreeOnce() {
    NDArray array = NativeArrays.of(manager, new float[] {1, 2});
    NDArray view = array.stopGradient();
    array.close();
    array.close();
    manager.newSubManager().close();

    assertThat(view.toFloatArray()).containsExactly(1, 2);
  }

  @Test
  void aClosedManagerOwnsNothing() {
    NDManager scope = manager.newSubManager();
    scope.close();
    scope.close();
    NDArray array = NativeArrays.of(manager, new float[] {1, 2});

    assertThatThrownBy(() -> NativeArrays.convert(scope, array, DataType.FLOAT64))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> NativeArrays.of(scope, 1f)).isInstanceOf(IllegalStateException.class);
  }

  private TorchScript summing() {
    return TorchScript.compile(
        manager,
        """
          def repeated(self, x: Tensor, ys: List[Tensor], n: Tensor) -> Tensor:
            z = x
            for i in range(int(n)):
              for k in range(len(ys)):
                z = z + torch.sum(ys[k])
            return z
        """);
  }

  private static Predicate<StackTraceElement> isMethod(String name) {
    return frame -> frame.getMethodName().equals(name);
  }

  private static void free(NDArray array) {
    array.close();
  }

  private static void closeScope(NDManager scope) {
    scope.close();
  }

  private static void freeSoon(List<NDArray> arrays) {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    arrays.forEach(NDArray::close);
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
