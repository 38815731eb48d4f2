package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.numerics.torch.NativeArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What torch has found of a tiny Llama, row by row: see {@code interop/make_laplace_inputs.py}; and
 * the posterior that numpy makes of it, {@code laplace.json} of {@code flexora.reference}.
 */
final class Reference implements AutoCloseable {

  static final int TRAINING = 12;
  static final int TEST = 4;

  private static final Path FILE =
      Path.of("src", "test", "resources", "laplace-inputs.safetensors");
  private static final double SCALE = 2;

  private final SafetensorsFile file;

  Reference() throws IOException {
    file = SafetensorsFile.open(FILE);
  }

  static JsonNode expected(String folder) throws IOException {
    return new ObjectMapper().readTree(Path.of(folder, "laplace.json").toFile());
  }

  /** The class outputs of a row; test rows follow the training rows. */
  double[] outputs(int row) throws IOException {
    return file.doubles(row + ".outputs");
  }

  /** What a row says of each matrix, in the order layer, q then v, A then B. */
  List<MatrixData> matrices(NDManager scope, LaplaceScript script, int row) throws IOException {
    List<MatrixData> all = new ArrayList<>();
    for (int layer : new int[] {0, 2}) {
      for (String module : List.of("q", "v")) {
        String site = layer + "." + module;
        NDArray inputs = array(scope, row + "." + layer + ".inputs");
        int[] last = {(int) inputs.getShape().get(0) - 1};
        LoraFactors factors =
            new LoraFactors(array(scope, site + ".A"), array(scope, site + ".B"), SCALE);
        NDList parts = script.factors(scope, inputs, array(scope, row + "." + site), factors);
        all.add(new MatrixData(site + ".A", parts.get(0), parts.get(1), last));
        all.add(new MatrixData(site + ".B", parts.get(2), parts.get(3), last));
      }
    }
    return all;
  }

  /** ‖theta‖². */
  double squaredNorm() throws IOException {
    double sum = 0;
    for (String layer : List.of("0", "2")) {
      for (String array : List.of("q.A", "q.B", "v.A", "v.B")) {
        sum += Arrays.stream(file.doubles(layer + "." + array)).map(v -> v * v).sum();
      }
    }
    return sum;
  }

  private NDArray array(NDManager scope, String name) throws IOException {
    long[] shape = file.tensor(name).shape().stream().mapToLong(n -> n).toArray();
    return NativeArrays.of(scope, file.doubles(name), new Shape(shape));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
