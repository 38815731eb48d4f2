package io.flexora.posterior.laplace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.model.ClassGradients.Differentiated;
import io.flexora.api.model.Tokens;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.numerics.torch.NativeArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is found of the rows of laplace.json: of the training rows, and behind them of the test
 * rows.
 *
 * @param outputs the class outputs of each row
 * @param matrices what each row says of each matrix, in the order layer, q then v, A then B
 * @param squaredNorm ‖theta‖²
 */
record LaplaceRows(List<double[]> outputs, List<List<MatrixData>> matrices, double squaredNorm) {

  static final int TRAINING = 12;
  static final int TEST = 4;

  private static final Path FILE =
      Path.of("src", "test", "resources", "laplace-inputs.safetensors");
  private static final double SCALE = 2;

  /** Rows of different lengths, so that there is padding. */
  private static final int BATCH = 5;

  /** By PyTorch: see {@code interop/make_laplace_inputs.py}. */
  static LaplaceRows ofTorch(NDManager keeper, LaplaceScript script) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(FILE)) {
      List<double[]> outputs = new ArrayList<>();
      List<List<MatrixData>> matrices = new ArrayList<>();
      for (int row = 0; row < TRAINING + TEST; row++) {
        outputs.add(file.doubles(row + ".outputs"));
        matrices.add(ofRow(keeper, script, file, row));
      }
      return new LaplaceRows(outputs, matrices, squaredNorm(file));
    }
  }

  private static List<MatrixData> ofRow(
      NDManager keeper, LaplaceScript script, SafetensorsFile file, int row) throws IOException {
    List<MatrixData> all = new ArrayList<>();
    for (int layer : new int[] {0, 2}) {
      for (String module : List.of("q", "v")) {
        String site = layer + "." + module;
        NDArray inputs = array(keeper, file, row + "." + layer + ".inputs");
        int[] last = {(int) inputs.getShape().get(0) - 1};
        LoraFactors factors =
            new LoraFactors(
                array(keeper, file, site + ".A"), array(keeper, file, site + ".B"), SCALE);
        NDList parts =
            script.factors(keeper, inputs, array(keeper, file, row + "." + site), factors);
        all.add(new MatrixData(site + ".A", parts.get(0), parts.get(1), last));
        all.add(new MatrixData(site + ".B", parts.get(2), parts.get(3), last));
      }
    }
    return all;
  }

  private static double squaredNorm(SafetensorsFile file) throws IOException {
    double sum = 0;
    for (String layer : List.of("0", "2")) {
      for (String array : List.of("q.A", "q.B", "v.A", "v.B")) {
        sum += Arrays.stream(file.doubles(layer + "." + array)).map(v -> v * v).sum();
      }
    }
    return sum;
  }

  private static NDArray array(NDManager keeper, SafetensorsFile file, String name)
      throws IOException {
    long[] shape = file.tensor(name).shape().stream().mapToLong(n -> n).toArray();
    return NativeArrays.of(keeper, file.doubles(name), new Shape(shape));
  }

  /**
   * By the product's decoder.
   *
   * @param file laplace.json
   */
  static LaplaceRows ofDecoder(NDManager keeper, LaplaceScript script, JsonNode file)
      throws IOException {
    List<Tokens> questions = new ArrayList<>(LaplaceLlama.training(file));
    questions.addAll(LaplaceLlama.test(file));
    Map<Integer, double[]> outputs = new TreeMap<>();
    Map<Integer, List<MatrixData>> matrices = new TreeMap<>();
    try (LaplaceLlama llama = LaplaceLlama.load()) {
      List<Integer> layers = llama.adapted().plan().layers();
      ExampleMatrices uncertain =
          new ExampleMatrices(keeper, script, llama.adapted(), llama.theta(), layers);
      new GradientPass(llama.adapted(), llama.theta(), layers, BATCH, Differentiated.OUTPUTS)
          .over(
              llama.base().manager(),
              questions,
              (scope, row, found) -> {
                outputs.put(row, found.outputs());
                matrices.put(
                    row,
                    uncertain.of(keeper, found).stream().map(LaplaceRows::namedAsInFile).toList());
              },
              done -> {});
      return new LaplaceRows(
          List.copyOf(outputs.values()), List.copyOf(matrices.values()), uncertain.squaredNorm());
    }
  }

  private static MatrixData namedAsInFile(MatrixData data) {
    String name = data.name().replaceFirst(".*layers\\.(\\d+)\\.self_attn\\.([qv])_proj", "$1.$2");
    return new MatrixData(name, data.inputs(), data.gradients(), data.read());
  }
}
