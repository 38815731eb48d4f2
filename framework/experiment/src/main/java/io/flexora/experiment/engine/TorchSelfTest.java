package io.flexora.experiment.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flexora.files.durable.DurableFile;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A program that tests the PyTorch of its environment: a gradient and a gradient of a gradient in
 * float64, and a product in bfloat16, all exact.
 */
final class TorchSelfTest {

  /** The outcome of a test that passed. */
  static final String PASSED = "PyTorch works";

  private static final String METHODS =
      """
        def derivatives(self, x: Tensor) -> List[Tensor]:
          x = x.detach().requires_grad_(True)
          first = torch.autograd.grad([torch.sum(x * x * x)], [x], create_graph=True)[0]
          assert first is not None
          second = torch.autograd.grad([torch.sum(first * first)], [x])[0]
          assert second is not None
          y = torch.reshape(x.detach(), [1, -1]).to(15)
          product = torch.matmul(y, torch.transpose(y, 0, 1))
          return [first.detach(), second, torch.reshape(product.to(7), [-1])]
      """;

  private TorchSelfTest() {}

  /**
   * Tests and writes the outcome.
   *
   * @param arguments the file to write
   */
  public static void main(String[] arguments) {
    DurableFile.write(Path.of(arguments[0]), outcome());
  }

  private static String outcome() {
    try {
      return ofEnvironment();
    } catch (RuntimeException | LinkageError | IOException e) {
      return String.valueOf(e.getMessage()).lines().findFirst().orElse("failed");
    }
  }

  private static String ofEnvironment() throws IOException {
    TorchEngine engine = TorchEngine.start();
    String named = System.getenv("PYTORCH_LIBRARY_PATH");
    if (named != null && !Files.isSameFile(Path.of(named), engine.library())) {
      return "DJL loaded " + engine.library() + " instead";
    }
    try (NDManager manager = engine.newManager(Device.cpu())) {
      return outcome(manager);
    }
  }

  /** The outcome of the test in a manager of a processor. */
  static String outcome(NDManager manager) {
    try (TorchScript script = TorchScript.compile(manager, METHODS);
        NDArray x = NativeArrays.of(manager, new double[] {1, 2, -3})) {
      NDList found = script.call("derivatives", new Arguments(manager).with("x", x));
      return check("gradient in float64", found.get(0), 3, 12, 27)
          + check("gradient of a gradient in float64", found.get(1), 36, 288, -972)
          + check("product in bf16", found.get(2), 14)
          + PASSED;
    }
  }

  private static String check(String what, NDArray found, double... expected) {
    double[] values = found.toDoubleArray();
    return Arrays.equals(values, expected)
        ? ""
        : "%s: %s instead of %s; "
            .formatted(what, Arrays.toString(values), Arrays.toString(expected));
  }
}
