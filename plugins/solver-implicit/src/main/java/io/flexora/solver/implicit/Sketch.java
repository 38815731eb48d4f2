package io.flexora.solver.implicit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.NativeArrays;
import java.util.SplittableRandom;

/** The directions in which the Nyström approximation looks at the Hessian. */
public enum Sketch {
  /** Gaussian directions, of length 1 in the mean, drawn anew for each sketch. */
  GAUSSIAN {
    @Override
    NDArray direction(NDManager scope, NDArray like, int index, int rank, SplittableRandom random) {
      int length = Math.toIntExact(like.size());
      double scale = 1 / Math.sqrt(length);
      double[] values = new double[length];
      for (int i = 0; i < length; i++) {
        values[i] = scale * random.nextGaussian();
      }
      return NativeArrays.convert(scope, NativeArrays.of(scope, values), like.getDataType());
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
