package io.flexora.transformers.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.transformers.checkpoint.FrozenArray.Joined;
import io.flexora.transformers.checkpoint.FrozenArray.Numbers;
import io.flexora.transformers.checkpoint.FrozenArray.Same;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Loads a checkpoint onto a device. Each array is allocated once, joined and in its final type, and
 * filled in blocks of {@value #BLOCK_BYTES} bytes, so that loading needs the model and one block.
 *
 * @since 0.1
 */
public final class ArrayLoader {

  private static final int BLOCK_BYTES = 4 << 20;

  private final Checkpoint checkpoint;
  private final NDManager owner;
  private final TorchScript script;
  private final NDArray like;
  private final ByteBuffer block;

  private ArrayLoader(Checkpoint checkpoint, NDManager owner, NDArray like, TorchScript script) {
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
   * Loads all arrays.
   *
   * @param arrays what they are made of; the checkpoint {@linkplain TensorCheck has their tensors}
   * @param owner the owner of the arrays, on the device that they are loaded onto
   * @param type the type of matrices and biases; norms are float32, or float64 with it
   * @return the arrays in their order
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a tensor holds a number that is not finite
   */
  public static List<NDArray> load(
      Checkpoint checkpoint, FrozenArrays arrays, NDManager owner, ComputeType type)
      throws IOException {
    TorchEngine engine = TorchEngine.start();
    int threads = engine.threads();
    // Copying waits for memory, not for processors: more threads only wait for each other.
    engine.useThreads(1);
    try (NDManager scope = owner.newSubManager();
        TorchScript script = TorchScript.compile(owner, text(type))) {
      NDArray like = NativeArrays.of(scope, 0f);
      return new ArrayLoader(checkpoint, owner, like, script).all(arrays);
    } finally {
      engine.useThreads(threads);
    }
  }

  private static String text(ComputeType type) {
    ComputeType ofNorms = type == ComputeType.BF16 ? ComputeType.FLOAT32 : type;
    return ScriptText.of(ArrayLoader.class, "load.torchscript")
        .with(Map.of("type", type.torchType(), "norm_type", ofNorms.torchType()))
        .text();
  }

  private List<NDArray> all(FrozenArrays arrays) throws IOException {
    List<NDArray> loaded = new ArrayList<>();
    for (FrozenArray array : arrays.all()) {
      if (array instanceof Same same) {
        loaded.add(loaded.get(same.index()));
      } else if (array instanceof Numbers numbers) {
        loaded.add(numbers(numbers));
      } else {
        loaded.add(joined((Joined) array));
      }
    }
    return loaded;
  }

  private NDArray numbers(Numbers numbers) {
    int width = numbers.rows().get(0).length;
    float[] flat = new float[numbers.rows().size() * width];
    for (int row = 0; row < numbers.rows().size(); row++) {
      System.arraycopy(numbers.rows().get(row), 0, flat, row * width, width);
    }
    return numbers.rows().size() == 1
        ? NativeArrays.of(owner, flat)
        : NativeArrays.of(owner, flat, new Shape(numbers.rows().size(), width));
  }

  private NDArray joined(Joined joined) throws IOException {
    NDArray array = allocate(joined);
    long first = 0;
    for (Tensor tensor : joined.tensors()) {
      fill(array, first, checkpoint.tensors().get(tensor.name()), joined.transposed());
      first += tensor.shape().get(joined.transposed() ? 1 : 0);
    }
    if (joined.offset() != 0) {
      try (NDManager scope = owner.newSubManager()) {
        NDArray offset = NativeArrays.of(scope, new double[] {joined.offset()});
        script.call("shift", new Arguments(scope).with("into", array).with("offset", offset));
      }
    }
    return array;
  }

  private NDArray allocate(Joined joined) {
    List<Long> one = joined.tensors().get(0).shape();
    int along = joined.transposed() ? 1 : 0;
    long[] dimensions = one.stream().mapToLong(d -> d).toArray();
    dimensions[along] = joined.tensors().stream().mapToLong(t -> t.shape().get(along)).sum();
    if (joined.transposed()) {
      dimensions = new long[] {dimensions[1], dimensions[0]};
    }
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(scope).with("like", like).with("shape", NativeArrays.of(scope, dimensions));
      String room = joined.norm() ? "norm_room" : "room";
      NDArray array = script.call(room, arguments).singletonOrThrow();
      array.attach(owner);
      return array;
    }
  }

  private void fill(NDArray into, long first, StoredTensor part, boolean transposed)
      throws IOException {
    int most = Math.toIntExact(Math.max(1, block.capacity() / part.rowBytes()));
    for (long row = 0; row < part.rows(); row += most) {
      int rows = (int) Math.min(most, part.rows() - row);
      block.clear().limit(Math.toIntExact(rows * part.rowBytes()));
      checkpoint.read(part, row, block);
      if (transposed) {
        fill("fill_columns", into, row, first, rows, part);
      } else {
        fill("fill", into, first + row, 0, rows, part);
      }
    }
  }

  /** Fills rows, or, where the tensor is transposed, columns, and there from another row on. */
  private void fill(
      String method, NDArray into, long first, long other, long count, StoredTensor part) {
    ByteBuffer filled = block.flip();
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(scope)
              .with("into", into)
              .with(
                  "raw", NativeArrays.of(scope, filled, new Shape(filled.limit()), DataType.UINT8))
              .with("stored", part.type().torchType())
              .with("first", first)
              .with("count", count);
      if (method.equals("fill_columns")) {
        arguments.with("row", other).with("rows", part.rowSize());
      }
      if (!script.call(method, arguments).singletonOrThrow().getBoolean()) {
        throw new FlexoraException(
            part.label()
                + " holds a number that is not finite, in the type that is computed in; it is"
                + " damaged. Fetch it again");
      }
    }
  }
}
