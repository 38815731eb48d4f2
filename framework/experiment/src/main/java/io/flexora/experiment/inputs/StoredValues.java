package io.flexora.experiment.inputs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.TrainedValues;
import io.flexora.files.durable.ReadFailure;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.runstore.CellFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The trained values that the search of a cell has brought, in the cell's folder: a tensor for each
 * array of theta, by its name. Equal values are equal files.
 */
public record StoredValues(CellFolder cell) {

  /** Writes the values. */
  public void write(TrainedValues values) {
    List<Tensor> tensors = values.arrays().stream().map(StoredValues::tensor).toList();
    cell.write(CellFolder.VALUES, out -> SafetensorsWriter.write(out, tensors, Map.of()));
  }

  private static Tensor tensor(TrainedValues.Array array) {
    List<Long> shape = Arrays.stream(array.shape().getShape()).boxed().toList();
    int size = Math.toIntExact(array.shape().size());
    if (array.type() == DataType.FLOAT64) {
      double[] values = new double[size];
      array.values().asDoubleBuffer().get(values);
      return Tensor.of(array.tensorName(), shape, values);
    }
    float[] values = new float[size];
    array.values().asFloatBuffer().get(values);
    return Tensor.of(array.tensorName(), shape, values);
  }

  /** Writes the values of another cell. */
  public void copyFrom(CellFolder other) {
    other
        .find(CellFolder.VALUES)
        .ifPresent(values -> cell.write(CellFolder.VALUES, out -> Files.copy(values, out)));
  }

  /**
   * Theta of these values.
   *
   * @param owner the owner of the result
   * @param index the index of theta
   * @param type the type of theta
   * @throws FlexoraException if the search has brought none, or if the file is damaged or of
   *     another plan
   */
  public NDArray theta(NDManager owner, ParameterIndex index, DataType type) {
    return cell.find(CellFolder.VALUES)
        .map(file -> theta(owner, index, type, file))
        .orElseThrow(
            () ->
                new FlexoraException(
                    "the search of cell '%s' has kept no values at which its training could begin; start a new run"
                        .formatted(cell.path().getFileName())));
  }

  private static NDArray theta(NDManager owner, ParameterIndex index, DataType type, Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        NDManager own = owner.newSubManager()) {
      NDArray stored =
          file.tensors().stream().anyMatch(tensor -> tensor.type() == DType.F64)
              ? NativeArrays.of(own, doubles(file, index))
              : NativeArrays.of(own, floats(file, index));
      return NativeArrays.convert(owner, stored, type);
    } catch (IOException e) {
      throw ReadFailure.explain(path, e);
    }
  }

  private static float[] floats(SafetensorsFile file, ParameterIndex index) throws IOException {
    float[] theta = new float[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      float[] values = file.floats(require(file, slice).name());
      System.arraycopy(values, 0, theta, Math.toIntExact(slice.offset()), values.length);
    }
    return theta;
  }

  private static double[] doubles(SafetensorsFile file, ParameterIndex index) throws IOException {
    double[] theta = new double[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      TensorInfo tensor = require(file, slice);
      int offset = Math.toIntExact(slice.offset());
      if (tensor.type() == DType.F64) {
        double[] values = file.doubles(tensor.name());
        System.arraycopy(values, 0, theta, offset, values.length);
      } else {
        float[] values = file.floats(tensor.name());
        for (int i = 0; i < values.length; i++) {
          theta[offset + i] = values[i];
        }
      }
    }
    return theta;
  }

  private static TensorInfo require(SafetensorsFile file, Slice slice) {
    List<Long> shape = Arrays.stream(slice.shape().getShape()).boxed().toList();
    return file.tensors().stream()
        .filter(tensor -> tensor.name().equals(slice.tensorName()))
        .filter(tensor -> tensor.shape().equals(shape))
        .findFirst()
        .orElseThrow(
            () ->
                new FlexoraException(
                    "%s is of another choice: it has no array '%s' of shape %s"
                        .formatted(file.path(), slice.tensorName(), slice.shape())));
  }
}
