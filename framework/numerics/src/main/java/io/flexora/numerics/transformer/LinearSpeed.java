package io.flexora.numerics.transformer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The time of a device for products with frozen matrices, forward and back, in each of several
 * types: as a model computes them, but of at most {@value #MOST_WIDTH} inputs and outputs, from
 * which the time of a larger matrix is extrapolated. The types take turns, the first round is not
 * counted, and of the others the best is: products are small enough for one of several to pass
 * undisturbed on a busy machine.
 *
 * @since 0.1
 */
public final class LinearSpeed {

  /** The widest matrix that is multiplied by. */
  static final int MOST_WIDTH = 512;

  static final String LINEAR = "linear.torchscript";

  private static final int ROUNDS = 15;
  private static final int LEAST_ROUNDS = 6;
  private static final long MOST_NANOS = 300_000_000;
  private static final double NANOS = 1e9;

  /** A multiplication and an addition for each number of the matrix and row, forward and back. */
  private static final double OPERATIONS = 4;

  private static final String METHODS =
      """
        def operands(self, like: Tensor, rows: Tensor, inputs: Tensor, outputs: Tensor, type: Tensor) -> List[Tensor]:
          x = torch.full([int(rows), int(inputs)], 0.5, dtype=int(type), device=like.device)
          return [x, torch.full([int(outputs), int(inputs)], 0.25, dtype=int(type), device=like.device)]
        def both_ways(self, x: Tensor, weight: Tensor) -> Tensor:
          x = self.leaf(x, True)
          y = self.frozen_linear(x, weight, None)
          return torch.select(torch.reshape(self.pull([y], [x], [torch.detach(y)], False)[0], [-1]), 0, 0)
      """;

  /**
   * A product with a matrix.
   *
   * @param rows how many rows are multiplied at once
   * @param inputs the width of a row
   * @param outputs the width of a row of the result
   */
  public record LinearProduct(int rows, int inputs, int outputs) {

    private LinearProduct cut() {
      return new LinearProduct(rows, Math.min(inputs, MOST_WIDTH), Math.min(outputs, MOST_WIDTH));
    }

    private double size() {
      return (double) rows * inputs * outputs;
    }
  }

  private LinearSpeed() {}

  /**
   * Measures, for about half a second at most for each distinct shape.
   *
   * @param products what is computed one after the other; equal ones are measured once
   * @param types the numbers by which PyTorch knows the types
   * @return the seconds that all products together take in each type
   */
  public static double[] seconds(Device device, List<LinearProduct> products, int... types) {
    double[] seconds = new double[types.length];
    try (NDManager manager = TorchEngine.start().newManager(device)) {
      Map<String, Object> constants =
          Map.of(
              "convolve",
              ModelText.truth(Convolutions.pay(device)),
              "onednn",
              ModelText.truth(false));
      String text = METHODS + ModelText.filled(ModelText.resource(LINEAR), constants);
      TorchScript script = TorchScript.compile(manager, text);
      for (LinearProduct cut : products.stream().map(LinearProduct::cut).distinct().toList()) {
        double share =
            products.stream()
                .filter(p -> p.cut().equals(cut))
                .mapToDouble(p -> p.size() / cut.size())
                .sum();
        double[] best = best(manager, script, cut, types);
        for (int i = 0; i < types.length; i++) {
          seconds[i] += share * best[i];
        }
      }
    }
    return seconds;
  }

  /**
   * Measures as {@link #seconds}, for about half a second at most for each distinct shape.
   *
   * @param products as for {@link #seconds}
   * @param type the number by which PyTorch knows the type
   * @return multiplications and additions a second; 0 where there is no product
   */
  static double rate(Device device, List<LinearProduct> products, int type) {
    double operations = OPERATIONS * products.stream().mapToDouble(LinearProduct::size).sum();
    return products.isEmpty() ? 0 : operations / seconds(device, products, type)[0];
  }

  private static double[] best(NDManager owner, TorchScript script, LinearProduct of, int[] types) {
    double[] best = new double[types.length];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    try (NDManager manager = owner.newSubManager()) {
      List<NDList> operands = new ArrayList<>();
      for (int type : types) {
        operands.add(
            script.call(
                "operands",
                new Arguments(manager)
                    .with("like", manager.zeros(new Shape(1)))
                    .with("rows", of.rows())
                    .with("inputs", of.inputs())
                    .with("outputs", of.outputs())
                    .with("type", type)));
      }
      for (NDList each : operands) {
        var unused = timed(manager, script, each);
      }
      long start = System.nanoTime();
      for (int round = 0;
          round < ROUNDS && (round < LEAST_ROUNDS || System.nanoTime() - start < MOST_NANOS);
          round++) {
        for (int i = 0; i < types.length; i++) {
          best[i] = Math.min(best[i], timed(manager, script, operands.get(i)));
        }
      }
    }
    return best;
  }

  private static double timed(NDManager owner, TorchScript script, NDList operands) {
    try (NDManager manager = owner.newSubManager()) {
      long start = System.nanoTime();
      NDArray first =
          script
              .call(
                  "both_ways",
                  new Arguments(manager).with("x", operands.get(0)).with("weight", operands.get(1)))
              .singletonOrThrow();
      if (owner.getDevice().isGpu()) {
        ArrayValues.of(first);
      }
      return (System.nanoTime() - start) / NANOS;
    }
  }
}
