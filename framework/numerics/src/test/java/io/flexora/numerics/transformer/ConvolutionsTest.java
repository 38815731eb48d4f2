package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvolutionsTest {

  private static final int INPUTS = 48;
  private static final int OUTPUTS = 80;

  private static final String CALLS =
      """
        def segment(self, x: Tensor, w: List[Tensor], b: List[Tensor], first: int, last: int, p: List[Tensor], gates: Tensor, seeds: List[int]) -> Tensor:
          return x
        def end(self, x: Tensor, w: List[Tensor], b: List[Tensor], p: List[Tensor]) -> Tensor:
          return x
        def objective(self, y: Tensor, w: List[Tensor], b: List[Tensor]) -> Tensor:
          return torch.sum(y)
        def cotangent(self, y: Tensor, w: List[Tensor], b: List[Tensor]) -> List[Tensor]:
          return [torch.sum(y), torch.ones_like(y)]
        def forward_of(self, x: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
          tracked = torch.detach(self.frozen_linear(self.leaf(x, True), weight, bias))
          return [self.frozen_linear(x, weight, bias), self.frozen_linear(x, weight, None), self.constant_linear(x, weight), tracked]
        def slope_of(self, x: Tensor, weight: Tensor, cotangent: Tensor) -> List[Tensor]:
          x = self.leaf(x, True)
          return self.pull([self.frozen_linear(x, weight, None)], [x], [cotangent], False)
      """;

  private final SplittableRandom random = new SplittableRandom(5);
  private NDManager manager;

  @BeforeEach
  void open() {
    assumeThat(Convolutions.work(Device.cpu())).as("a processor of type x86-64").isTrue();
    manager = TorchEngine.start().newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    if (manager != null) {
      manager.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 200, 300})
  void giveWhatLinearGives(int rows) {
    for (Shape shape : List.of(new Shape(rows, INPUTS), new Shape(2, rows, INPUTS))) {
      NDArray x = drawn(shape);
      NDArray weight = drawn(new Shape(OUTPUTS, INPUTS));
      NDArray bias = drawn(new Shape(OUTPUTS));
      List<NDArray> fast = forward(script(true), x, weight, bias);
      List<NDArray> plain = forward(script(false), x, weight, bias);

      for (int i = 0; i < plain.size(); i++) {
        assertThat(fast.get(i).getShape()).isEqualTo(plain.get(i).getShape());
        assertThat(largestDifference(fast.get(i), plain.get(i))).isLessThan(1e-4);
      }
      assertThat(largestDifference(plain.get(0), plain.get(1))).isGreaterThan(0.1);
    }
  }

  @Test
  void haveTheSlopeOfLinear() {
    NDArray x = drawn(new Shape(64, INPUTS));
    NDArray weight = drawn(new Shape(OUTPUTS, INPUTS));
    NDArray cotangent = drawn(new Shape(64, OUTPUTS));
    NDArray expected = cotangent.matMul(weight);

    assertThat(largestDifference(slope(script(true), x, weight, cotangent), expected))
        .isLessThan(1e-4);
  }

  @Test
  void computeOnePartOfAMatrix() {
    NDArray x = drawn(new Shape(64, INPUTS));
    NDArray whole = drawn(new Shape(2 * OUTPUTS, INPUTS));
    NDArray part = whole.get(OUTPUTS + ":" + 2 * OUTPUTS);
    NDArray bias = drawn(new Shape(OUTPUTS));

    assertThat(
            largestDifference(
                forward(script(true), x, part, bias).get(1), x.matMul(part.transpose())))
        .isLessThan(1e-4);
  }

  @Test
  void leaveFloat64Alone() {
    NDArray x = drawn(new Shape(64, INPUTS)).toType(DataType.FLOAT64, true);
    NDArray weight = drawn(new Shape(OUTPUTS, INPUTS)).toType(DataType.FLOAT64, true);
    NDArray bias = drawn(new Shape(OUTPUTS)).toType(DataType.FLOAT64, true);

    NDArray y = forward(script(true), x, weight, bias).get(1);

    assertThat(y.getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(largestDifference(y, x.matMul(weight.transpose()))).isLessThan(1e-12);
  }

  @Test
  void areLeftToProcessorsThatAreNotIntels(@TempDir Path folder) throws IOException {
    Path intel =
        Files.writeString(folder.resolve("intel"), "processor\t: 0\nvendor_id\t: GenuineIntel\n");
    Path amd =
        Files.writeString(folder.resolve("amd"), "processor\t: 0\nvendor_id\t: AuthenticAMD\n");
    assertThat(Convolutions.isIntels(Processor.of(intel))).isTrue();
    assertThat(Convolutions.isIntels(Processor.of(amd))).isFalse();
    assertThat(Convolutions.isIntels(Processor.of(folder.resolve("missing")))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"AuthenticAMD, 25, false", "AuthenticAMD, 26, true", "GenuineIntel, 26, false"})
  void areDifferentiatedWhereAmdComputes512BitsAtOnce(
      String vendor, String family, boolean wide, @TempDir Path folder) throws IOException {
    Path description =
        Files.writeString(
            folder.resolve("cpuinfo"),
            "processor\t: 0\nvendor_id\t: %s\ncpu family\t: %s\n".formatted(vendor, family));
    assertThat(Convolutions.isWide(Processor.of(description))).isEqualTo(wide);
    assertThat(Convolutions.isWide(Processor.of(folder.resolve("missing")))).isFalse();
  }

  private TorchScript script(boolean convolve) {
    String text = CALLS + Differentiation.sharedText();
    Map<String, Object> constants = new TreeMap<>();
    constants.put("convolve", convolve ? "True" : "False");
    constants.put("onednn", convolve ? "True" : "False");
    constants.put("split", "return [theta]");
    constants.put("gates", "return self.softmax(alpha)");
    constants.put("positions", List.of(0));
    constants.put("constant_positions", List.of(0));
    constants.put("bounds", List.of(0, 1));
    for (String one : List.of("layers", "pieces", "segments")) {
      constants.put(one, 1);
    }
    for (String none :
        List.of("lowest", "constants", "layer_constants", "shared_constants", "adapter_arrays")) {
      constants.put(none, 0);
    }
    return TorchScript.compile(manager, ModelText.filled(text, constants));
  }

  private List<NDArray> forward(TorchScript script, NDArray x, NDArray weight, NDArray bias) {
    return script.call(
        "forward_of",
        new Arguments(manager).with("x", x).with("weight", weight).with("bias", bias));
  }

  private NDArray slope(TorchScript script, NDArray x, NDArray weight, NDArray cotangent) {
    return script
        .call(
            "slope_of",
            new Arguments(manager).with("x", x).with("weight", weight).with("cotangent", cotangent))
        .singletonOrThrow();
  }

  private NDArray drawn(Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return NativeArrays.of(manager, values, shape);
  }

  private static double largestDifference(NDArray a, NDArray b) {
    double[] x = a.toType(DataType.FLOAT64, true).toDoubleArray();
    double[] y = b.toType(DataType.FLOAT64, true).toDoubleArray();
    return IntStream.range(0, x.length)
        .mapToDouble(i -> Math.abs(x[i] - y[i]))
        .max()
        .orElse(Double.NaN);
  }
}
