package io.flexora.model.decoder.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.family.DecoderShape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loads a checkpoint onto a device. Each array is allocated once, joined and in its final type, and
 * filled in blocks of {@value #BLOCK_BYTES} bytes, so that loading needs the model and one block.
 */
public final class FrozenWeights {
  private static final int BLOCK_BYTES = 4 << 20;

  private final Checkpoint checkpoint;
  private final DecoderShape shape;
  private final NDManager owner;
  private final TorchScript script;
  private final NDArray like;
  private final ByteBuffer block;

  private FrozenWeights(
      Checkpoint checkpoint,
      DecoderShape shape,
      NDManager owner,
      NDArray like,
      TorchScript script) {
    this.checkpoint = checkpoint;
    this.shape = shape;
    this.owner = owner;
    this.like = like;
    this.script = script;
    this.block = ByteBuffer.allocateDirect(blockBytes(checkpoint)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int blockBytes(Checkpoint checkpoint) {
    long largest = 1;
    for (StoredTensor tensor : checkpoint.tensors().values()) {
      largest = Math.max(largest, Math.min(tensor.rows() * tensor.rowBytes(), BLOCK_BYTES));
      largest = Math.max(largest, tensor.rowBytes());
    }
    return Math.toIntExact(largest);
  }

  /**
   * Loads all weights.
   *
   * @param shape what the checkpoint's tensors have to fit
   * @param owner the owner of the arrays, on the device that they are loaded onto
   * @param type the type of the matrices and biases; norms are float32, or float64 with it
   * @return the arrays in {@link WeightOrder}
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a tensor is missing, has another shape, holds a number that is not
   *     finite, or is one that nothing is known of
   */
  public static List<NDArray> load(
      Checkpoint checkpoint, DecoderShape shape, NDManager owner, ComputeType type)
      throws IOException {
    Expected.require(checkpoint, shape);
    TorchEngine engine = TorchEngine.start();
    int threads = engine.threads();
    // Copying waits for memory, not for processors: more threads only wait for each other.
    engine.useThreads(1);
    try (NDManager scope = owner.newSubManager();
        TorchScript script = TorchScript.compile(owner, FrozenText.of(shape, type))) {
      NDArray like = NativeArrays.of(scope, 0f);
      return new FrozenWeights(checkpoint, shape, owner, like, script).all();
    } finally {
      engine.useThreads(threads);
    }
  }

  private List<NDArray> all() throws IOException {
    List<NDArray> weights = new ArrayList<>();
    NDArray embedding = matrices("model.embed_tokens.weight");
    weights.add(embedding);
    weights.add(shape.tiedHead() ? embedding : matrices("lm_head.weight"));
    weights.add(norm("model.norm.weight", true));
    weights.add(NativeArrays.of(owner, shape.rotary().frequencies()));
    for (int layer = 0; layer < shape.layers(); layer++) {
      weights.addAll(layer("model.layers." + layer + "."));
    }
    return weights;
  }

  private List<NDArray> layer(String path) throws IOException {
    String attention = path + "self_attn.";
    String mlp = path + "mlp.";
    String[] joined = {attention + "q_proj", attention + "k_proj", attention + "v_proj"};
    String[] gated = {mlp + "gate_proj", mlp + "up_proj"};
    List<NDArray> weights = new ArrayList<>();
    weights.add(norm(path + "input_layernorm.weight", true));
    linear(weights, shape.queryKeyValueBias(), joined);
    weights.add(norm(attention + "q_norm.weight", shape.headNorms()));
    weights.add(norm(attention + "k_norm.weight", shape.headNorms()));
    linear(weights, shape.outputBias(), attention + "o_proj");
    weights.add(norm(path + "post_attention_layernorm.weight", true));
    linear(weights, shape.mlpBias(), gated);
    linear(weights, shape.mlpBias(), mlp + "down_proj");
    return weights;
  }

  /** Modules that read the same input, below each other, and their biases. */
  private void linear(List<NDArray> weights, boolean biased, String... modules) throws IOException {
    weights.add(matrices(ending(modules, ".weight")));
    weights.add(biased ? matrices(ending(modules, ".bias")) : absent());
  }

  private static String[] ending(String[] names, String end) {
    return Arrays.stream(names).map(name -> name + end).toArray(String[]::new);
  }

  private NDArray absent() {
    return owner.create(new Shape(0), DataType.FLOAT32);
  }

  private NDArray matrices(String... names) throws IOException {
    return joined("room", names);
  }

  private NDArray norm(String name, boolean present) throws IOException {
    if (!present) {
      return absent();
    }
    NDArray norm = joined("norm_room", name);
    if (shape.normOffset() != 0) {
      try (NDManager scope = owner.newSubManager()) {
        script.call("shift", new Arguments(scope).with("into", norm));
      }
    }
    return norm;
  }

  private NDArray joined(String room, String... names) throws IOException {
    List<StoredTensor> parts =
        Arrays.stream(names).map(name -> checkpoint.tensors().get(name)).toList();
    long rows = parts.stream().mapToLong(StoredTensor::rows).sum();
    NDArray joined = allocate(room, rows, parts.get(0));
    long first = 0;
    for (StoredTensor part : parts) {
      fill(joined, first, part);
      first += part.rows();
    }
    return joined;
  }

  private NDArray allocate(String room, long rows, StoredTensor part) {
    long[] dimensions = part.shape().stream().mapToLong(d -> d).toArray();
    dimensions[0] = rows;
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(scope).with("like", like).with("shape", NativeArrays.of(scope, dimensions));
      NDArray array = script.call(room, arguments).singletonOrThrow();
      array.attach(owner);
      return array;
    }
  }

  private void fill(NDArray into, long first, StoredTensor part) throws IOException {
    int most = Math.toIntExact(Math.max(1, block.capacity() / part.rowBytes()));
    for (long row = 0; row < part.rows(); row += most) {
      int rows = (int) Math.min(most, part.rows() - row);
      block.clear().limit(Math.toIntExact(rows * part.rowBytes()));
      checkpoint.read(part, row, block);
      fill(into, first + row, rows, part);
    }
  }

  private void fill(NDArray into, long first, long rows, StoredTensor part) {
    ByteBuffer filled = block.flip();
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(scope)
              .with("into", into)
              .with(
                  "raw", NativeArrays.of(scope, filled, new Shape(filled.limit()), DataType.UINT8))
              .with("stored", part.type().torchType())
              .with("first", first)
              .with("rows", rows);
      if (!script.call("fill", arguments).singletonOrThrow().getBoolean()) {
        throw new FlexoraException(
            part.label()
                + " holds a number that is not finite, in the type that is computed in; it is"
                + " damaged. Fetch it again");
      }
    }
  }
}
