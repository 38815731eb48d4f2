package io.flexora.posterior.basic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.numerics.transformer.LowRankPair;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The directions in which training-free Bayesianisation moves the parameters: with B = U diag(d) Vᵀ
 * the change of A is V diag(1/d) e, e standard normal, so that B A changes by U e whatever the size
 * of B. Columns of B that vanish (d at most 1e-6 of the largest) carry no noise.
 */
final class WeightNoise {

  private static final String SCRIPT =
      """
        def direction(self, b: Tensor, e: Tensor) -> List[Tensor]:
          u, s, v = torch.linalg_svd(b, False)
          kept = torch.gt(s, torch.max(s) * 1e-6)
          inverse = torch.where(kept, torch.reciprocal(s), torch.zeros_like(s))
          rows = torch.slice(e, 0, 0, torch.size(s, 0))
          return [torch.matmul(torch.transpose(v, 0, 1) * inverse, rows)]
      """;

  private final List<LowRankPair> pairs;
  private final double[] theta;

  WeightNoise(List<LowRankPair> pairs, NDArray theta) {
    this.pairs = pairs;
    try (NDArray values = theta.toType(DataType.FLOAT64, true)) {
      this.theta = values.toDoubleArray();
    }
  }

  /**
   * Draws directions {@code [parameters]}, of which only the values of A are not zero.
   *
   * @param owner the owner of temporary arrays
   */
  List<double[]> draw(NDManager owner, Seeds seeds, int samples) {
    try (TorchScript script = TorchScript.compile(owner, SCRIPT)) {
      return IntStream.range(0, samples)
          .mapToObj(sample -> direction(owner, script, seeds, sample))
          .toList();
    }
  }

  private double[] direction(NDManager owner, TorchScript script, Seeds seeds, int sample) {
    double[] direction = new double[theta.length];
    for (LowRankPair pair : pairs) {
      SplittableRandom random = seeds.stream("tfb", sample, pair.a().tensorName());
      double[] normal = new double[pair.rank() * pair.inputs()];
      Arrays.setAll(normal, i -> random.nextGaussian());
      try (NDManager scope = owner.newSubManager()) {
        Arguments arguments =
            new Arguments(scope)
                .with("b", NativeArrays.of(scope, values(pair.b()), pair.b().shape()))
                .with("e", NativeArrays.of(scope, normal, pair.a().shape()));
        double[] ofA = script.call("direction", arguments).get(0).toDoubleArray();
        System.arraycopy(ofA, 0, direction, Math.toIntExact(pair.a().offset()), ofA.length);
      }
    }
    return direction;
  }

  private double[] values(Slice slice) {
    int from = Math.toIntExact(slice.offset());
    return Arrays.copyOfRange(theta, from, from + Math.toIntExact(slice.size()));
  }

  /** The parameters moved along a direction. */
  NDArray moved(NDManager owner, double[] direction, double sigma, DataType type) {
    double[] moved = new double[theta.length];
    Arrays.setAll(moved, i -> theta[i] + sigma * direction[i]);
    try (NDArray values = NativeArrays.of(owner, moved, new Shape(moved.length))) {
      return NativeArrays.convert(owner, values, type);
    }
  }
}
