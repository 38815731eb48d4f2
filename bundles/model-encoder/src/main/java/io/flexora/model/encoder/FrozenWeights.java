package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxTensor;
import io.flexora.model.encoder.EncoderOptions.ComputeType;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchScript;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The frozen weights in the order in which the model's text counts them: {@value #EMBEDDINGS} for
 * the embeddings, then {@value #TENSORS} for each layer, with query, key and value as one matrix.
 */
final class FrozenWeights {
  static final int EMBEDDINGS = 4;
  static final int TENSORS = 12;

  private static final float LARGEST = 1e6f;
  private static final String LOWER =
      "  def lower(self, x: Tensor) -> Tensor:\n    return x.to(15)\n";

  private final BertFile file;
  private final NDManager owner;
  private final ComputeType type;
  private final TorchScript script;

  private FrozenWeights(BertFile file, NDManager owner, ComputeType type, TorchScript script) {
    this.file = file;
    this.owner = owner;
    this.type = type;
    this.script = script;
  }

  /**
   * Where the matrix of a module is.
   *
   * @param tensor which of a layer's tensors holds it
   * @param first its first row in that
   */
  record Rows(int tensor, int first) {}

  /** Where the matrix of a module is, for states of that width. */
  static Rows rows(String module, int hidden) {
    return switch (module) {
      case "query" -> new Rows(0, 0);
      case "key" -> new Rows(0, hidden);
      case "value" -> new Rows(0, 2 * hidden);
      case "attention.output.dense" -> new Rows(2, 0);
      case "intermediate.dense" -> new Rows(6, 0);
      case "output.dense" -> new Rows(8, 0);
      default -> throw new IllegalArgumentException("no matrix of '" + module + "'");
    };
  }

  static List<NDArray> load(BertFile file, NDManager owner, ComputeType type) {
    try (TorchScript script = TorchScript.compile(owner, LOWER)) {
      return new FrozenWeights(file, owner, type, script).all();
    }
  }

  private List<NDArray> all() {
    List<NDArray> weights = new ArrayList<>();
    weights.add(array(file.tensor("embeddings.word_embeddings.weight")));
    weights.add(positions());
    weights.add(array(file.tensor("embeddings.LayerNorm.weight")));
    weights.add(array(file.tensor("embeddings.LayerNorm.bias")));
    for (int layer = 0; layer < file.shape().layers(); layer++) {
      weights.addAll(layer(layer));
    }
    return weights;
  }

  /** All tokens are of type 0, so its embedding is part of every position's. */
  private NDArray positions() {
    NDArray positions = array(file.tensor("embeddings.position_embeddings.weight"));
    try (NDManager scope = owner.newSubManager()) {
      NDArray types = array(file.tensor("embeddings.token_type_embeddings.weight"));
      types.attach(scope);
      return positions.addi(types.get(scope, 0));
    }
  }

  private List<NDArray> layer(int layer) {
    List<NDArray> weights = new ArrayList<>();
    List<OnnxLinear> linears =
        BertFile.LINEARS.stream().map(name -> file.linear(layer, name)).toList();
    linear(weights, linears.subList(0, 3));
    linear(weights, linears.subList(3, 4));
    norm(weights, layer, "attention.output.LayerNorm");
    linear(weights, linears.subList(4, 5));
    linear(weights, linears.subList(5, 6));
    norm(weights, layer, "output.LayerNorm");
    return weights;
  }

  private void norm(List<NDArray> weights, int layer, String name) {
    weights.add(array(file.tensor(layer, name + ".weight")));
    weights.add(array(file.tensor(layer, name + ".bias")));
  }

  /** Joins modules that read the same input into one, in the type that layers compute in. */
  private void linear(List<NDArray> weights, List<OnnxLinear> linears) {
    try (NDManager scope = owner.newSubManager()) {
      NDList matrices = new NDList();
      NDList biases = new NDList();
      for (OnnxLinear linear : linears) {
        NDArray stored = array(linear.weight());
        stored.attach(scope);
        matrices.add(linear.transposed() ? stored.transpose() : stored);
        NDArray bias = array(linear.bias().orElseThrow());
        bias.attach(scope);
        biases.add(bias);
      }
      weights.add(compute(join(matrices)));
      weights.add(compute(join(biases)));
    }
  }

  private static NDArray join(NDList parts) {
    return NDArrays.concat(parts, 0);
  }

  private NDArray compute(NDArray array) {
    array.attach(owner);
    if (type != ComputeType.BF16) {
      return array;
    }
    NDArray lower = script.call("lower", new Arguments(owner).with("x", array)).get(0);
    array.close();
    return lower;
  }

  private NDArray array(OnnxTensor tensor) {
    Shape shape = new Shape(tensor.dimensions().stream().mapToLong(d -> d).toArray());
    requirePlausible(tensor, file.file().floats(tensor));
    // The engine copies bytes of a mapped file as they are, and other buffers through one of
    // Java's,
    // which stays until the garbage collector comes by.
    NDArray array = NativeArrays.of(owner, file.file().floatBytes(tensor), shape, DataType.FLOAT32);
    if (type != ComputeType.FLOAT64) {
      return array;
    }
    NDArray wide = array.toType(DataType.FLOAT64, false);
    array.close();
    return wide;
  }

  /** ONNX has no checksum, but a damaged float is seldom a small one. */
  private void requirePlausible(OnnxTensor tensor, FloatBuffer values) {
    for (int i = values.position(); i < values.limit(); i++) {
      float value = values.get(i);
      if (!(Math.abs(value) < LARGEST)) {
        throw new FlexoraException(
            file.file().path()
                + " is damaged: its tensor '"
                + tensor.name()
                + "' holds "
                + value
                + ". Fetch or export it again");
      }
    }
  }
}
