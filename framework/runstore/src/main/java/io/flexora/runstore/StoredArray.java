package io.flexora.runstore;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.numerics.torch.NativeArrays;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** An array of a checkpoint in memory. */
sealed interface StoredArray {

  List<Long> shape();

  Tensor tensor(String name);

  NDArray toArray(NDManager manager);

  /** Single precision. */
  // Bulk data on its way to the disk or the device; nobody compares two of these records.
  @SuppressWarnings("ArrayRecordComponent")
  record Floats(List<Long> shape, float[] values) implements StoredArray {

    @Override
    public Tensor tensor(String name) {
      return Tensor.of(name, shape, values);
    }

    @Override
    public NDArray toArray(NDManager manager) {
      return NativeArrays.of(manager, values, djl(shape));
    }
  }

  /** Double precision. */
  // As above.
  @SuppressWarnings("ArrayRecordComponent")
  record Doubles(List<Long> shape, double[] values) implements StoredArray {

    @Override
    public Tensor tensor(String name) {
      return Tensor.of(name, shape, values);
    }

    @Override
    public NDArray toArray(NDManager manager) {
      return NativeArrays.of(manager, values, djl(shape));
    }
  }

  static StoredArray of(String name, NDArray array) {
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return switch (array.getDataType()) {
      case FLOAT32 -> new Floats(shape, array.toFloatArray());
      case FLOAT64 -> new Doubles(shape, array.toDoubleArray());
      default ->
          throw new IllegalArgumentException(
              "array '"
                  + name
                  + "' of a checkpoint is "
                  + array.getDataType()
                  + ", not float32 or float64");
    };
  }

  static StoredArray read(SafetensorsFile file, TensorInfo tensor) throws IOException {
    return switch (tensor.type()) {
      case F32 -> new Floats(tensor.shape(), file.floats(tensor.name()));
      case F64 -> new Doubles(tensor.shape(), file.doubles(tensor.name()));
      default -> throw new IOException("tensor '" + tensor.name() + "' is " + tensor.type());
    };
  }

  private static Shape djl(List<Long> shape) {
    return new Shape(shape);
  }
}
