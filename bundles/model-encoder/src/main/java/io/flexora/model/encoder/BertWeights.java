package io.flexora.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxTensor;
import io.flexora.transformers.checkpoint.ArrayLoader;
import io.flexora.transformers.checkpoint.Checkpoint;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.StoredType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a BERT in an ONNX file as a checkpoint: tensors by their names in Hugging Face
 * form, matrices as {@code [outputs, inputs]}, query, key and value of a layer as one array.
 */
final class BertWeights implements Checkpoint {

  private static final int POSITIONS = 1;
  private static final int TYPES = 4;
  private static final float LARGEST = 1e6f;

  private final BertFile file;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Source> sources = new HashMap<>();
  private final FrozenArrays arrays;

  /** A tensor of the file, and whether it is a matrix {@code [inputs, outputs]}. */
  private record Source(OnnxTensor tensor, boolean transposed) {}

  BertWeights(BertFile file) {
    this.file = file;
    this.arrays = new FrozenArrays(embeddings(), file.shape().layers(), this::layer);
  }

  BertFile file() {
    return file;
  }

  BertShape shape() {
    return file.shape();
  }

  /** What is where among the loaded arrays. */
  FrozenArrays arrays() {
    return arrays;
  }

  /** Loads all arrays; embeddings and norms are float32 at least. */
  List<NDArray> load(NDManager owner, ComputeType type) throws IOException {
    List<NDArray> loaded = ArrayLoader.load(this, arrays, owner, type);
    // All tokens are of type 0, so its embedding is part of every position's.
    try (NDManager scope = owner.newSubManager()) {
      loaded.get(POSITIONS).addi(loaded.get(TYPES).get(scope, 0));
    }
    return loaded;
  }

  private List<FrozenArray> embeddings() {
    return List.of(
        embedding("word_embeddings.weight"),
        embedding("position_embeddings.weight"),
        embedding("LayerNorm.weight"),
        embedding("LayerNorm.bias"),
        embedding("token_type_embeddings.weight"));
  }

  private FrozenArray embedding(String name) {
    return FrozenArray.norm(
        add("bert.embeddings." + name, file.tensor("embeddings." + name), false));
  }

  private List<FrozenArray> layer(int layer) {
    List<FrozenArray> all = new ArrayList<>();
    linear(all, layer, BertFile.LINEARS.subList(0, 3));
    linear(all, layer, BertFile.LINEARS.subList(3, 4));
    norm(all, layer, "attention.output.LayerNorm");
    linear(all, layer, BertFile.LINEARS.subList(4, 5));
    linear(all, layer, BertFile.LINEARS.subList(5, 6));
    norm(all, layer, "output.LayerNorm");
    return all;
  }

  /** Modules that read the same input are one matrix. */
  private void linear(List<FrozenArray> all, int layer, List<String> names) {
    List<Tensor> matrices = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    for (String name : names) {
      OnnxLinear linear = file.linear(layer, name);
      String path = EncoderModules.path(layer, name);
      matrices.add(add(path + ".weight", linear.weight(), linear.transposed()));
      biases.add(add(path + ".bias", file.bias(layer, name), false));
    }
    all.add(FrozenArray.matrix(matrices.toArray(new Tensor[0])));
    all.add(FrozenArray.matrix(biases.toArray(new Tensor[0])));
  }

  private void norm(List<FrozenArray> all, int layer, String name) {
    for (String part : List.of(".weight", ".bias")) {
      OnnxTensor tensor = file.tensor(layer, name + part);
      all.add(FrozenArray.norm(add(EncoderModules.path(layer, name + part), tensor, false)));
    }
  }

  private Tensor add(String name, OnnxTensor tensor, boolean transposed) {
    List<Long> shape = new ArrayList<>(tensor.dimensions());
    if (transposed) {
      Collections.reverse(shape);
    }
    String label = StoredTensor.label(tensor.name(), location());
    tensors.put(name, new StoredTensor(name, shape, StoredType.F32, label));
    sources.put(name, new Source(tensor, transposed));
    return new Tensor(name, shape);
  }

  @Override
  public Path location() {
    return file.file().path();
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    Source source = sources.get(tensor.name());
    FloatBuffer values = file.file().floats(source.tensor());
    int width = Math.toIntExact(tensor.rowSize());
    int rows = into.remaining() / Math.toIntExact(tensor.rowBytes());
    if (firstRow < 0 || firstRow + rows > tensor.rows()) {
      throw new EOFException("row " + firstRow + " of " + tensor.label());
    }
    int first = Math.toIntExact(firstRow);
    int step = source.transposed() ? Math.toIntExact(tensor.rows()) : 1;
    for (int row = first; row < first + rows; row++) {
      int start = source.transposed() ? row : row * width;
      for (int i = 0; i < width; i++) {
        into.putFloat(plausible(source.tensor(), values.get(start + i * step)));
      }
    }
  }

  /** ONNX has no checksum, but a damaged float is seldom a small one. */
  private float plausible(OnnxTensor tensor, float value) {
    if (!(Math.abs(value) < LARGEST)) {
      throw new FlexoraException(
          location()
              + " is damaged: its tensor '"
              + tensor.name()
              + "' holds "
              + value
              + ". Fetch or export it again");
    }
    return value;
  }

  /** The file is mapped, and nothing is open. */
  @Override
  public void close() {}
}
