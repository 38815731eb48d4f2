package io.flexora.selector.flexora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.flexora.numerics.vector.Workspace;
import java.util.Arrays;
import java.util.List;

/**
 * Alpha, and the gates made of it: {@code n softmax(alpha)}, which sum to the number of layers.
 *
 * @param values alpha, one for each layer
 */
record Gates(List<Double> values) {

  static Gates of(NDArray alpha) {
    try (Workspace work = new Workspace(alpha.getManager())) {
      return of(work.share(alpha).toType(DataType.FLOAT64, false).toDoubleArray());
    }
  }

  static Gates of(double[] alpha) {
    return new Gates(Arrays.stream(alpha).boxed().toList());
  }

  int layers() {
    return values.size();
  }

  double alpha(int layer) {
    return values.get(layer);
  }

  double sum() {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  double gate(int layer) {
    return gates().get(layer);
  }

  /** The gates; shifted by the largest alpha so that none overflows. */
  List<Double> gates() {
    double largest = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double[] powers = values.stream().mapToDouble(a -> Math.exp(a - largest)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(p -> layers() * p / sum).boxed().toList();
  }
}
