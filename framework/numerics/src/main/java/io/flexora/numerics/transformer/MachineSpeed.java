package io.flexora.numerics.transformer;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The peak speed of a device: multiplications and additions of products with a model's matrices, in
 * each type, and bytes that it reads and writes.
 *
 * @param operations multiplications and additions a second, by the type
 * @param bytes bytes a second, read or written
 * @since 0.1
 */
public record MachineSpeed(Map<String, Double> operations, double bytes) {

  /** The numbers by which PyTorch knows the types that models compute in. */
  private static final Map<String, Integer> TYPES = Map.of("float32", 6, "bf16", 15, "float64", 7);

  private static final List<String> USUAL = List.of("float32", "bf16");

  /** Enough for no cache to hold it. */
  private static final int COPIED_FLOATS = 1 << 24;

  private static final int ROUNDS = 5;
  private static final double NANOS = 1e9;

  private static final String COPY =
      """
        def numbers(self, like: Tensor, count: Tensor) -> Tensor:
          return torch.full([int(count)], 0.5, dtype=6, device=like.device)
        def copied(self, x: Tensor, into: Tensor) -> Tensor:
          return torch.slice(torch.copy_(into, x), 0, 0, 1).clone()
      """;

  /** Copies the map. */
  public MachineSpeed {
    operations = Map.copyOf(operations);
  }

  /**
   * Measures for some seconds: float32, bf16 and the type of the model.
   *
   * @param products the products of a layer, forward; each is taken forward and back
   * @param type the name of the type that the model computes in; one that is not known is left out
   */
  public static MachineSpeed measure(Device device, List<LinearProduct> products, String type) {
    Map<String, Double> operations = new LinkedHashMap<>();
    for (String name : TYPES.keySet()) {
      if (USUAL.contains(name) || name.equals(type)) {
        operations.put(name, LinearSpeed.rate(device, products, TYPES.get(name)));
      }
    }
    return new MachineSpeed(operations, copied(device));
  }

  /** Each number is read and written once. */
  private static double copied(Device device) {
    try (NDManager manager = TorchEngine.start().newManager(device)) {
      TorchScript script = TorchScript.compile(manager, COPY);
      NDList from = numbers(manager, script);
      NDList into = numbers(manager, script);
      double best = Double.POSITIVE_INFINITY;
      for (int round = 0; round < ROUNDS; round++) {
        try (NDManager own = manager.newSubManager()) {
          long start = System.nanoTime();
          Arguments arguments =
              new Arguments(own)
                  .with("x", from.singletonOrThrow())
                  .with("into", into.singletonOrThrow());
          var unused = ArrayValues.of(script.call("copied", arguments).singletonOrThrow());
          best = Math.min(best, (System.nanoTime() - start) / NANOS);
        }
      }
      return 2.0 * COPIED_FLOATS * Float.BYTES / best;
    }
  }

  private static NDList numbers(NDManager manager, TorchScript script) {
    Arguments arguments =
        new Arguments(manager)
            .with("like", NativeArrays.of(manager, new float[1], new Shape(1)))
            .with("count", COPIED_FLOATS);
    return script.call("numbers", arguments);
  }
}
