package io.flexora.testkit;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Arrays as the suites need them. */
final class Engine {

  private Engine() {}

  /** A manager of its own on the CPU. */
  static NDManager manager() {
    return TorchEngine.start().newManager(Device.cpu());
  }

  /** The values of a float32 or float64 array. */
  static double[] values(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] values = array.toFloatArray();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** An array of a type from values. */
  static NDArray array(NDManager scope, double[] values, DataType type) {
    if (type == DataType.FLOAT64) {
      return NativeArrays.of(scope, values);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return NativeArrays.of(scope, floats);
  }

  /** Values between -scale and scale. */
  static double[] random(long seed, long size, double scale) {
    return new SplittableRandom(seed).doubles(size, -scale, scale).toArray();
  }

  static double dot(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i] * y[i]).sum();
  }

  static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  /** {@code x + factor y}. */
  static double[] plus(double[] x, double factor, double[] y) {
    double[] sum = Arrays.copyOf(x, x.length);
    for (int i = 0; i < x.length; i++) {
      sum[i] += factor * y[i];
    }
    return sum;
  }

  /** The distance of two vectors over the length of the second. */
  static double relativeDistance(double[] actual, double[] expected) {
    return norm(plus(actual, -1, expected)) / Math.max(norm(expected), 1e-12);
  }
}
