package io.flexora.transformers.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.bitsandbytes.FourBitMatrix;
import io.flexora.formats.gguf.GgufType;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.transformers.checkpoint.FrozenArray.Joined;
import io.flexora.transformers.checkpoint.FrozenArray.Numbers;
import io.flexora.transformers.checkpoint.FrozenArray.Same;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.packed.PackedMatrix;
import io.flexora.transformers.packed.PackedWeights;
import io.flexora.transformers.packed.Quantiser;
import io.flexora.transformers.packed.WeightFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a checkpoint onto a device. Each array is allocated once, joined and in its final type, and
 * filled in blocks of {@value #BLOCK_BYTES} bytes, so that loading needs the model and one block.
 *
 * @since 0.1
 */
public final class ArrayLoader {

  private static final int BLOCK_BYTES = 4 << 20;

  /** The number by which PyTorch knows unsigned bytes. */
  private static final int UINT8 = 0;

  private final Checkpoint checkpoint;
  private final NDManager owner;
  private final TorchScript script;
  private final Packing packing;
  private final NDArray like;
  private final ByteBuffer block;
  private Quantiser quantiser;

  private ArrayLoader(
      Checkpoint checkpoint, NDManager owner, NDArray like, TorchScript script, Packing packing) {
    this.checkpoint = checkpoint;
    this.owner = owner;
    this.like = like;
    this.script = script;
    this.packing = packing;
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
    return load(checkpoint, arrays, owner, type, WeightStorage.DENSE).arrays();
  }

  /**
   * Loads all arrays, matrices in the form in which they are to stay.
   *
   * @param arrays what they are made of; the checkpoint {@linkplain TensorCheck has their tensors}
   * @param owner the owner of the arrays, on the device that they are loaded onto
   * @param type the type of matrices and biases when they are computed with; norms are float32, or
   *     float64 with it
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a tensor holds a number that is not finite
   */
  public static PackedWeights load(
      Checkpoint checkpoint,
      FrozenArrays arrays,
      NDManager owner,
      ComputeType type,
      WeightStorage storage)
      throws IOException {
    Packing packing = new Packing(checkpoint, arrays, type, storage);
    TorchEngine engine = TorchEngine.start();
    int threads = engine.threads();
    // Copying waits for memory, not for processors: more threads only wait for each other.
    engine.useThreadsHere(1);
    try (NDManager scope = owner.newSubManager();
        TorchScript script = text(type).and(packing.unpacking().text()).compile(owner)) {
      NDArray like = NativeArrays.of(scope, 0f);
      return new ArrayLoader(checkpoint, owner, like, script, packing).all(arrays);
    } finally {
      engine.useThreadsHere(threads);
    }
  }

  /**
   * What the arrays would take, as the headers of a checkpoint tell, and the matrices that are
   * unpacked.
   *
   * @param segments the segments of layers, one of which at a time has its matrices unpacked
   */
  public static WeightSize size(
      Checkpoint checkpoint,
      FrozenArrays arrays,
      ComputeType type,
      WeightStorage storage,
      int segments) {
    return new Packing(checkpoint, arrays, type, storage).size(segments);
  }

  private static ScriptText text(ComputeType type) {
    ComputeType ofNorms = type == ComputeType.BF16 ? ComputeType.FLOAT32 : type;
    return ScriptText.of(ArrayLoader.class, "load.torchscript")
        .with(Map.of("type", type.torchType(), "norm_type", ofNorms.torchType()));
  }

  private PackedWeights all(FrozenArrays arrays) throws IOException {
    List<NDArray> loaded = new ArrayList<>();
    List<List<PackedMatrix>> packed = new ArrayList<>();
    for (FrozenArray array : arrays.all()) {
      List<PackedMatrix> matrices = List.of();
      if (array instanceof Same same) {
        loaded.add(loaded.get(same.index()));
        matrices = packed.get(same.index());
      } else if (array instanceof Numbers numbers) {
        loaded.add(numbers(numbers));
      } else if (packing.packs(packed.size())) {
        loaded.add(room("room", 0));
        matrices = packed(packed.size(), (Joined) array);
      } else {
        loaded.add(joined((Joined) array));
      }
      packed.add(matrices);
    }
    return new PackedWeights(owner, loaded, packed, arrays.global(), arrays.perLayer());
  }

  private NDArray room(String method, long... dimensions) {
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(scope).with("like", like).with("shape", NativeArrays.of(scope, dimensions));
      return kept(script.call(method, arguments).singletonOrThrow());
    }
  }

  private NDArray room(int torchType, long... dimensions) {
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments =
          new Arguments(scope)
              .with("like", like)
              .with("shape", NativeArrays.of(scope, dimensions))
              .with("type", torchType);
      return kept(script.call("room_of", arguments).singletonOrThrow());
    }
  }

  private NDArray kept(NDArray array) {
    array.attach(owner);
    return array;
  }

  private List<PackedMatrix> packed(int array, Joined joined) throws IOException {
    List<PackedMatrix> matrices = new ArrayList<>();
    for (Tensor tensor : joined.tensors()) {
      StoredTensor stored = checkpoint.tensors().get(tensor.name()).asMatrix();
      WeightFormat format = packing.format(array, stored);
      matrices.add(
          packing.quantised(array).isPresent()
              ? quantised(stored, joined.transposed(), format)
              : new PackedMatrix(
                  tensor.name(), stored.rows(), stored.rowSize(), format, stored(stored, format)));
    }
    return matrices;
  }

  private PackedMatrix quantised(StoredTensor stored, boolean transposed, WeightFormat format)
      throws IOException {
    long rows = transposed ? stored.rowSize() : stored.rows();
    long columns = transposed ? stored.rows() : stored.rowSize();
    try (NDArray matrix = room("norm_room", rows, columns)) {
      fill(matrix, 0, stored, transposed);
      return quantiser().of(stored.name(), matrix, format);
    }
  }

  private Quantiser quantiser() {
    if (quantiser == null) {
      quantiser = new Quantiser(owner);
    }
    return quantiser;
  }

  private List<NDArray> stored(StoredTensor stored, WeightFormat format) throws IOException {
    Optional<FourBitMatrix> fourBit = checkpoint.fourBit(stored);
    if (fourBit.isPresent()) {
      return fourBit(stored, fourBit.get());
    }
    return List.of(format.equals(WeightFormat.NUMBERS) ? numbers(stored) : blocks(stored, format));
  }

  private List<NDArray> fourBit(StoredTensor stored, FourBitMatrix matrix) throws IOException {
    List<NDArray> arrays = new ArrayList<>();
    arrays.add(codes(matrix));
    long ofScales = matrix.nested().map(FourBitMatrix.NestedScales::blockSize).orElse(0);
    arrays.add(NativeArrays.of(owner, new long[] {matrix.blockSize(), ofScales}));
    arrays.add(NativeArrays.of(owner, matrix.code()));
    arrays.add(room(stored.type().torchType(), 0));
    if (matrix.nested().isEmpty()) {
      arrays.add(NativeArrays.of(owner, matrix.absmax()));
      return arrays;
    }
    FourBitMatrix.NestedScales nested = matrix.nested().get();
    byte[] scales = nested.codes();
    arrays.add(
        NativeArrays.of(owner, ByteBuffer.wrap(scales), new Shape(scales.length), DataType.UINT8));
    arrays.add(NativeArrays.of(owner, nested.absmax()));
    arrays.add(NativeArrays.of(owner, nested.code()));
    arrays.add(NativeArrays.of(owner, new float[] {nested.offset()}));
    return arrays;
  }

  private NDArray codes(FourBitMatrix matrix) throws IOException {
    long bytes = (matrix.size() + 1) / 2;
    NDArray codes = room(UINT8, bytes);
    for (long at = 0; at < bytes; at += block.capacity()) {
      int count = (int) Math.min(block.capacity(), bytes - at);
      block.clear().limit(count);
      matrix.readCodes(at, block);
      try (NDManager scope = owner.newSubManager()) {
        script.call(
            "copy_bytes",
            new Arguments(scope)
                .with("into", codes)
                .with("raw", raw(scope, block.flip()))
                .with("first", at));
      }
    }
    return codes;
  }

  /** A matrix of numbers in the type of the checkpoint. */
  private NDArray numbers(StoredTensor stored) throws IOException {
    NDArray array = room(stored.type().torchType(), stored.rows(), stored.rowSize());
    fill(array, 0, stored, false);
    return array;
  }

  /** The blocks of a matrix as they are stored. */
  private NDArray blocks(StoredTensor stored, WeightFormat format) throws IOException {
    GgufType type = checkpoint.quantised(stored).orElseThrow();
    long rowBytes = stored.rowSize() / type.blockElements() * type.blockBytes();
    NDArray array = room(UINT8, stored.rows(), rowBytes);
    int most = Math.toIntExact(Math.max(1, block.capacity() / stored.rowBytes()));
    for (long row = 0; row < stored.rows(); row += most) {
      int rows = (int) Math.min(most, stored.rows() - row);
      block.clear().limit(Math.toIntExact(rows * rowBytes));
      checkpoint.readBlocks(stored, row, block);
      ByteBuffer filled = block.flip();
      try (NDManager scope = owner.newSubManager()) {
        Arguments arguments =
            new Arguments(scope)
                .with("into", array)
                .with("raw", raw(scope, filled))
                .with("first", row)
                .with("count", rows)
                .with("form", packing.unpacking().number(format))
                .with("inputs", stored.rowSize());
        requireFinite(script.call("fill_packed", arguments).singletonOrThrow(), stored);
      }
    }
    return array;
  }

  private static NDArray raw(NDManager scope, ByteBuffer filled) {
    return NativeArrays.of(scope, filled, new Shape(filled.limit()), DataType.UINT8);
  }

  private static void requireFinite(NDArray finite, StoredTensor part) {
    if (!finite.getBoolean()) {
      throw new FlexoraException(
          part.label()
              + " holds a number that is not finite, in the type that is computed in; it is"
              + " damaged. Fetch it again");
    }
  }

  private NDArray numbers(Numbers numbers) {
    int width = numbers.rows().get(0).length;
    double[] flat = new double[numbers.rows().size() * width];
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
    return room(joined.norm() ? "norm_room" : "room", dimensions);
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
              .with("raw", raw(scope, filled))
              .with("stored", part.type().torchType())
              .with("first", first)
              .with("count", count);
      if (method.equals("fill_columns")) {
        arguments.with("row", other).with("rows", part.rowSize());
      }
      requireFinite(script.call(method, arguments).singletonOrThrow(), part);
    }
  }
}
