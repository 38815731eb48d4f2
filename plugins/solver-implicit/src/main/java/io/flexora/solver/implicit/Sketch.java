package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.NativeArrays;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The directions in which the Nyström approximation looks at the Hessian. */
public enum Sketch {
  /** Gaussian directions, drawn anew for each sketch. */
  GAUSSIAN {
    @Override
    NDArray direction(NDManager scope, NDArray like, int index, int rank, SplittableRandom random) {
      double[] values = new double[Math.toIntExact(like.size())];
      Arrays.setAll(values, i -> random.nextGaussian());
      try (NDArray drawn = NativeArrays.of(scope, values)) {
        return NativeArrays.convert(scope, drawn, like.getDataType());
      }
    }
  },
  /** Unit vectors of parameters at equal distances, which give columns of the Hessian. */
  COLUMNS {
    @Override
    NDArray direction(NDManager scope, NDArray like, int index, int rank, SplittableRandom random) {
      NDArray unit = scope.zeros(new Shape(like.size()), like.getDataType());
      unit.set(new NDIndex(index * like.size() / rank), 1);
      return unit;
    }
  };

  /**
   * A direction.
   *
   * @param scope its owner
   * @param like a vector of its length and type
   * @param index its number, from 0
   * @param rank how many there are
   * @param random a stream of this direction alone
   */
  abstract NDArray direction(
      NDManager scope, NDArray like, int index, int rank, SplittableRandom random);
}
