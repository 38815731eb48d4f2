package io.flexora.model.decoder.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.FrozenArray;
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
import java.util.List;

/**
 * Loads a checkpoint onto a device. Each array is allocated once, joined and in its final type, and
 * filled in blocks of {@value #BLOCK_BYTES} bytes, so that loading needs the model and one block.
 */
public final class FrozenWeights {
  private static final int BLOCK_BYTES = 4 << 20;

  private final Checkpoint checkpoint;
  private final NDManager owner;
  private final TorchScript script;
  private final NDArray like;
  private final ByteBuffer block;

  private FrozenWeights(Checkpoint checkpoint, NDManager owner, NDArray like, TorchScript script) {
    this.checkpoint = checkpoint;
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
   * @param owner the owner of the arrays, on the device that they are loaded onto
   * @param type the type of the matrices and biases; norms are float32, or float64 with it
   * @return the arrays in the order of {@link Decoder#arrays}
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a tensor is missing, has another shape, holds a number that is not
   *     finite, or is one that nothing is known of
   */
  public static List<NDArray> load(Checkpoint checkpoint, NDManager owner, ComputeType type)
      throws IOException {
    Expected.require(checkpoint);
    TorchEngine engine = TorchEngine.start();
    int threads = engine.threads();
    // Copying waits for memory, not for processors: more threads only wait for each other.
    engine.useThreads(1);
    try (NDManager scope = owner.newSubManager();
        TorchScript script = TorchScript.compile(owner, FrozenText.of(type))) {
      NDArray like = NativeArrays.of(scope, 0f);
      return new FrozenWeights(checkpoint, owner, like, script)
          .all(checkpoint.decoder().arrays().all());
    } finally {
      engine.useThreads(threads);
    }
  }

  private List<NDArray> all(List<FrozenArray> arrays) throws IOException {
    List<NDArray> weights = new ArrayList<>();
    for (FrozenArray array : arrays) {
      if (array instanceof FrozenArray.Joined joined) {
        weights.add(joined(joined));
      } else if (array instanceof FrozenArray.Same same) {
        weights.add(weights.get(same.index()));
      } else if (array instanceof FrozenArray.Numbers numbers) {
        weights.add(numbers(numbers.rows()));
      }
    }
    return weights;
  }

  private NDArray numbers(List<float[]> rows) {
    int width = rows.isEmpty() ? 0 : rows.get(0).length;
    float[] flat = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, flat, i * width, width);
    }
    return NativeArrays.of(owner, flat, new Shape(rows.size(), width));
  }

  private NDArray joined(FrozenArray.Joined array) throws IOException {
    List<StoredTensor> parts =
        array.tensors().stream().map(t -> checkpoint.tensors().get(t.name())).toList();
    long rows = parts.stream().mapToLong(StoredTensor::rows).sum();
    NDArray joined = allocate(array.norm() ? "norm_room" : "room", rows, parts.get(0));
    long first = 0;
    for (StoredTensor part : parts) {
      fill(joined, first, part);
      first += part.rows();
    }
    if (array.offset() != 0) {
      try (NDManager scope = owner.newSubManager()) {
        Arguments arguments = new Arguments(scope).with("into", joined);
        script.call(
            "shift", arguments.with("offset", NativeArrays.of(scope, (float) array.offset())));
      }
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
